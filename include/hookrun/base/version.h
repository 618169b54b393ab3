/* The version of hookrun, and of the lefthook whose files it reads. */
#ifndef HOOKRUN_BASE_VERSION_H
#define HOOKRUN_BASE_VERSION_H

#define HOOKRUN_VERSION "0.2.0"
#define LEFTHOOK_VERSION "2.2.2"

#endif
