// toml++'s code, compiled in here once (its headers declare only: TOML_HEADER_ONLY=0) instead of loaded with
// the shared library, for the reason that lib/fmt.cpp gives.
#define TOML_IMPLEMENTATION
#include <toml++/impl/preprocessor.h>
// Version 3.3.0 asserts what input can break ("[[[" where a key must follow), and tells the compiler to rely
// on it where assertions are off; without either it finds out by itself and reports what is wrong.
#undef TOML_ASSERT
#undef TOML_ASSERT_ASSUME
#undef TOML_ASSUME
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_ASSERT_ASSUME(condition) static_assert(true)
#define TOML_ASSUME(condition) static_assert(true)
#include <toml++/toml.h>
