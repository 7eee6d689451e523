# cmake -DOUT=FILE -DLIST=FILE -P embed.cmake: files as one table of C, so that programs carry them inside.
# LIST holds one path per line.
file(STRINGS ${LIST} paths)
set(rows)
set(arrays)
set(i 0)
foreach(path IN LISTS paths)
  cmake_path(GET path FILENAME name)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const unsigned char file_${i}[] = {${bytes}0};\n")
  string(APPEND rows "\t{\"${name}\", file_${i}, sizeof file_${i} - 1},\n")
  math(EXPR i "${i} + 1")
endforeach()
file(WRITE ${OUT} "#include \"knowledge_embedded.h\"\n\n${arrays}
const struct embedded embedded_causes[] = {\n${rows}\t{0},\n};
const size_t embedded_cause_count = ${i};\n")
