/*
 * A short run spends more of its time in page faults than in anything else: on
 * a virtual machine one costs some ten microseconds, as much as ten system
 * calls, and a run would take seventy after main() has begun.  One madvise(2)
 * for each kind of memory costs about as much as one fault: the program's text
 * and constants, its variables, the heap and the stack of an ordinary run.
 */
#include "hookrun/base/prefault.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE_BYTES ((uintptr_t)4096)
#define HEAP_BYTES ((uintptr_t)96 << 10)
#define STACK_BYTES ((uintptr_t)32 << 10)
#define NEW_BYTES ((size_t)64 << 10) /* from there on it pays */

/* The linker's. */
extern char __executable_start[], __data_start[], _end[];

static void populate(uintptr_t from, uintptr_t to, int advice)
{
	from &= ~(PAGE_BYTES - 1);
	if (from < to)
		madvise((void *)from, to - from, advice);
}

/* The first small allocation makes the heap, and the kernel gives it more than
 * was asked for.  An allocator that keeps its memory elsewhere is left alone.
 */
static void populate_heap(void)
{
	void *first = malloc(1);
	uintptr_t start = (uintptr_t)first, end = (uintptr_t)sbrk(0);

	free(first);
	if (start < end && end - start > HEAP_BYTES &&
		end - start < 4 * HEAP_BYTES)
		populate(start, start + HEAP_BYTES, MADV_POPULATE_WRITE);
}

void prefault(void)
{
	char here;
	uintptr_t top = (uintptr_t)&here;

	populate((uintptr_t)__executable_start, (uintptr_t)__data_start,
		MADV_POPULATE_READ);
	populate((uintptr_t)__data_start, (uintptr_t)_end, MADV_POPULATE_WRITE);
	populate(top - STACK_BYTES, top, MADV_POPULATE_WRITE);
	populate_heap();
}

void prefault_new(void *ptr, size_t size)
{
	if (size >= NEW_BYTES)
		populate((uintptr_t)ptr, (uintptr_t)ptr + size,
			MADV_POPULATE_WRITE);
}
