#pragma once
// zlib: deflate and inflate, for NPZ archives.
#include <zlib.h>
