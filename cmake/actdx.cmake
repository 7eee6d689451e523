# How every target of actdx is compiled, and how lists that C reads are read by CMake.

set(ACTDX_WARNINGS
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wwrite-strings -Wpointer-arith
  -Wformat=2 -Wundef -Wvla -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference
  -Wno-missing-field-initializers) # rows of fact fields leave out what they have not

add_library(actdx-options INTERFACE)
target_compile_options(actdx-options INTERFACE ${ACTDX_WARNINGS} -fstack-protector-strong
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
target_compile_definitions(actdx-options INTERFACE
  _POSIX_C_SOURCE=200809L ACTDX_VERSION="${PROJECT_VERSION}")
target_include_directories(actdx-options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/parsers)
if(ACTDX_WERROR)
  target_compile_options(actdx-options INTERFACE -Werror)
endif()
if(ACTDX_SANITIZE)
  target_compile_options(actdx-options INTERFACE
    -fsanitize=${ACTDX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(actdx-options INTERFACE -fsanitize=${ACTDX_SANITIZE})
endif()
# Parsers are made of very small functions from a few files: the programs are worth linking as one piece. Objects
# hold plain code too, so that tests link fast; the compiler has to be told, or it links those as one piece as well.
if(ACTDX_LTO AND CMAKE_C_COMPILER_ID STREQUAL GNU)
  target_compile_options(actdx-options INTERFACE -flto=auto -ffat-lto-objects)
  target_link_options(actdx-options INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:ACTDX_LINK_AS_ONE>>,-flto=auto,-fno-lto>)
endif()
function(actdx_link_as_one target)
  set_target_properties(${target} PROPERTIES ACTDX_LINK_AS_ONE ON)
endfunction()
if(ACTDX_COVERAGE)
  target_compile_options(actdx-options INTERFACE --coverage)
  target_link_options(actdx-options INTERFACE --coverage)
endif()
if(ACTDX_FUZZ)
  target_compile_options(actdx-options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(actdx-options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# actdx_read_list(OUT FILE MACRO): the first argument of each MACRO(...) line of a .def file.
function(actdx_read_list out file macro)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} rows REGEX "^${macro}\\(")
  set(names)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^${macro}\\(\"?([A-Za-z0-9_-]+).*" "\\1" name "${row}")
    list(APPEND names ${name})
  endforeach()
  set(${out} ${names} PARENT_SCOPE)
endfunction()

# actdx_sources(OUT PATTERN...): sources that are found, without those of other platforms. What differs between
# platforms has one file for each, NAME_PLATFORM.c, behind one header.
function(actdx_sources out)
  file(GLOB found CONFIGURE_DEPENDS ${ARGN})
  if(WIN32)
    list(FILTER found EXCLUDE REGEX "_(iconv|posix)\\.c$")
  else()
    list(FILTER found EXCLUDE REGEX "_win32\\.c$")
  endif()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# A program of Windows says what it is, and to whom its loader should listen.
function(actdx_describe_program target says)
  if(WIN32)
    set(name ${target})
    set(description ${says})
    string(REPLACE "." "," numbers ${PROJECT_VERSION})
    configure_file(${CMAKE_SOURCE_DIR}/cmake/windows/program.manifest ${target}.manifest COPYONLY)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/windows/program.rc.in ${target}.rc @ONLY)
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}.rc)
  endif()
endfunction()
