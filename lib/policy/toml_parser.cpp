// toml++'s code, compiled in here once (its headers declare only: TOML_HEADER_ONLY=0) instead of loaded with the
// shared library, for the reason that lib/fmt.cpp gives.
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
