# mtlsca_embed(TARGET NAMESPACE BASE FILES…): compiles text files into TARGET.
#
# #include "NAMESPACE_files.h" gives mtlsca::NAMESPACE::embedded_files: name (path below BASE) and text, sorted by name.
function(mtlsca_embed target namespace base)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded/${namespace})
  set(entries "")
  set(sorted ${ARGN})
  list(SORT sorted)
  foreach(path IN LISTS sorted)
    file(RELATIVE_PATH name ${base} ${path})
    file(READ ${path} text)
    # A string literal may be as short as 64 KiB in a compiler; pieces of it are joined by the compiler.
    string(REGEX REPLACE "\n" "\n)embedded\"\nR\"embedded(" text "${text}")
    string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  endforeach()
  list(LENGTH sorted count)
  file(CONFIGURE OUTPUT ${folder}/${namespace}_files.h @ONLY CONTENT [[
#pragma once
#include <array>
#include <string_view>
namespace mtlsca::@namespace@ {
struct EmbeddedFile {
    std::string_view name;
    std::string_view text;
};
extern const std::array<EmbeddedFile, @count@> embedded_files;
} // namespace mtlsca::@namespace@
]])
  file(WRITE ${folder}/${namespace}_files.cpp.new
"#include \"${namespace}_files.h\"
namespace mtlsca::${namespace} {
const std::array<EmbeddedFile, ${count}> embedded_files{{
${entries}}};
} // namespace mtlsca::${namespace}
")
  file(COPY_FILE ${folder}/${namespace}_files.cpp.new ${folder}/${namespace}_files.cpp ONLY_IF_DIFFERENT)
  target_sources(${target} PRIVATE ${folder}/${namespace}_files.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
