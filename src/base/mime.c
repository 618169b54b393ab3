/*
 * A misspelt type would be a filter that lets nothing through, and jobs that
 * are skipped without a word.  No library has a list of the types it can tell,
 * hence this one: those that lefthook 2.2.2 accepts and libmagic knows, and the
 * names under which the two call the same thing.
 */
#include "hookrun/base/mime.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

#include <string.h>
#include <strings.h>

static const char *const types[] = {
	/* what source files are */
	"text/html",
	"text/xml",
	"text/javascript",
	"text/x-php",
	"text/x-lua",
	"text/x-perl",
	"text/x-python",
	"text/x-ruby",
	"text/x-shellscript",
	"text/plain",
	"application/json",
	"application/atom+xml",
	"application/rss+xml",
	"application/xhtml+xml",
	/* the rest, by name */
	"application/cbor",
	"application/dicom",
	"application/epub+zip",
	"application/geo+json",
	"application/gzip",
	"application/java-archive",
	"application/marc",
	"application/msword",
	"application/octet-stream",
	"application/ogg",
	"application/pdf",
	"application/postscript",
	"application/vnd.android.package-archive",
	"application/vnd.debian.binary-package",
	"application/vnd.fdf",
	"application/vnd.google-earth.kml+xml",
	"application/vnd.google-earth.kmz",
	"application/vnd.lotus-1-2-3",
	"application/vnd.microsoft.portable-executable",
	"application/vnd.ms-cab-compressed",
	"application/vnd.ms-excel",
	"application/vnd.ms-fontobject",
	"application/vnd.ms-htmlhelp",
	"application/vnd.ms-outlook",
	"application/vnd.ms-powerpoint",
	"application/vnd.ms-publisher",
	"application/vnd.oasis.opendocument.chart",
	"application/vnd.oasis.opendocument.formula",
	"application/vnd.oasis.opendocument.graphics",
	"application/vnd.oasis.opendocument.graphics-template",
	"application/vnd.oasis.opendocument.presentation",
	"application/vnd.oasis.opendocument.presentation-template",
	"application/vnd.oasis.opendocument.spreadsheet",
	"application/vnd.oasis.opendocument.spreadsheet-template",
	"application/vnd.oasis.opendocument.text",
	"application/vnd.oasis.opendocument.text-template",
	"application/"
	"vnd.openxmlformats-officedocument.presentationml.presentation",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/"
	"vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/vnd.rar",
	"application/vnd.sqlite3",
	"application/vnd.sun.xml.calc",
	"application/vnd.tcpdump.pcap",
	"application/vnd.wordperfect",
	"application/warc",
	"application/wasm",
	"application/x-7z-compressed",
	"application/x-archive",
	"application/x-bittorrent",
	"application/x-bytecode.python",
	"application/x-bzip2",
	"application/x-chrome-extension",
	"application/x-coredump",
	"application/x-cpio",
	"application/x-dbf",
	"application/x-executable",
	"application/x-installshield",
	"application/x-java-applet",
	"application/x-lzip",
	"application/x-mach-binary",
	"application/x-mobipocket-ebook",
	"application/x-ms-reader",
	"application/x-ms-shortcut",
	"application/x-msaccess",
	"application/x-msi",
	"application/x-ndjson",
	"application/x-object",
	"application/x-ole-storage",
	"application/x-rpm",
	"application/x-sharedlib",
	"application/x-shockwave-flash",
	"application/x-subrip",
	"application/x-tar",
	"application/x-xar",
	"application/x-xz",
	"application/zip",
	"application/zlib",
	"application/zstd",
	"audio/amr",
	"audio/basic",
	"audio/flac",
	"audio/midi",
	"audio/mp4",
	"audio/mpeg",
	"audio/ogg",
	"audio/wav",
	"audio/x-aiff",
	"audio/x-m4a",
	"font/otf",
	"font/sfnt",
	"font/ttf",
	"font/woff",
	"font/woff2",
	"image/avif",
	"image/bmp",
	"image/bpg",
	"image/fits",
	"image/gif",
	"image/heic",
	"image/heic-sequence",
	"image/heif",
	"image/heif-sequence",
	"image/jp2",
	"image/jpeg",
	"image/jpm",
	"image/jpx",
	"image/jxl",
	"image/jxr",
	"image/png",
	"image/svg+xml",
	"image/tiff",
	"image/vnd.adobe.photoshop",
	"image/vnd.djvu",
	"image/vnd.dwg",
	"image/vnd.dxf",
	"image/webp",
	"image/x-icns",
	"image/x-icon",
	"image/x-portable-arbitrarymap",
	"image/x-portable-bitmap",
	"image/x-portable-graymap",
	"image/x-portable-pixmap",
	"image/x-xcf",
	"image/x-xpixmap",
	"message/rfc822",
	"model/gltf-binary",
	"model/vnd.collada+xml",
	"model/x3d+xml",
	"text/calendar",
	"text/csv",
	"text/rtf",
	"text/tab-separated-values",
	"text/vcard",
	"text/vtt",
	"text/x-tcl",
	"video/3gpp",
	"video/3gpp2",
	"video/mj2",
	"video/mp4",
	"video/mpeg",
	"video/ogg",
	"video/quicktime",
	"video/webm",
	"video/x-flv",
	"video/x-m4v",
	"video/x-matroska",
	"video/x-ms-asf",
	"video/x-msvideo",
};

static const struct {
	const char *name, *type;
} aliases[] = {
	{ "application/xml", "text/xml" },
	{ "application/javascript", "text/javascript" },
	{ "application/x-javascript", "text/javascript" },
	{ "text/x-script.python", "text/x-python" },
	{ "application/x-python", "text/x-python" },
	{ "application/x-ruby", "text/x-ruby" },
	{ "text/x-sh", "text/x-shellscript" },
	{ "application/x-sh", "text/x-shellscript" },
	{ "application/x-shellscript", "text/x-shellscript" },
	{ "application/rtf", "text/rtf" },
	{ "application/x-gzip", "application/gzip" },
	{ "application/x-zip", "application/zip" },
	{ "application/x-rar", "application/vnd.rar" },
	{ "application/x-rar-compressed", "application/vnd.rar" },
	{ "application/x-sqlite3", "application/vnd.sqlite3" },
	{ "application/x-dosexec",
		"application/vnd.microsoft.portable-executable" },
	{ "application/x-pie-executable", "application/x-sharedlib" },
	{ "audio/mid", "audio/midi" },
	{ "audio/x-wav", "audio/wav" },
	{ "image/x-ms-bmp", "image/bmp" },
	{ "image/vnd.microsoft.icon", "image/x-icon" },
};

static bool is_named(const char *name, const char *want)
{
	size_t len = strcspn(name, "; ");

	return strlen(want) == len && !strncasecmp(name, want, len);
}

const char *mime_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (is_named(name, types[i]))
			return types[i];
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (is_named(name, aliases[i].name))
			return aliases[i].type;
	return NULL;
}

const char *mime_words(void)
{
	static struct strbuf words = STRBUF_INIT;

	if (words.len)
		return words.buf;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		strbuf_addf(&words, "%s%s", i ? "|" : "", types[i]);
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		strbuf_addf(&words, "|%s", aliases[i].name);
	return words.buf;
}
