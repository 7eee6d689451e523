# mingw-w64 of Debian, the variant without threads of its own. ACTDX_WINDOWS_ARCH is x86_64 or i686;
# ACTDX_WINDOWS_LIBRARIES is where libraries.sh put its libraries.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ACTDX_WINDOWS_ARCH ACTDX_WINDOWS_LIBRARIES)
if(NOT ACTDX_WINDOWS_ARCH)
  set(ACTDX_WINDOWS_ARCH x86_64)
endif()
set(CMAKE_SYSTEM_PROCESSOR ${ACTDX_WINDOWS_ARCH})
set(prefix ${ACTDX_WINDOWS_ARCH}-w64-mingw32)
set(CMAKE_C_COMPILER ${prefix}-gcc-win32)
set(CMAKE_RC_COMPILER ${prefix}-windres)
set(CMAKE_AR ${prefix}-gcc-ar-win32 CACHE FILEPATH "")
set(CMAKE_RANLIB ${prefix}-gcc-ranlib-win32 CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH /usr/${prefix} ${ACTDX_WINDOWS_LIBRARIES})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
if(ACTDX_WINDOWS_LIBRARIES)
  set(ENV{PKG_CONFIG_LIBDIR} ${ACTDX_WINDOWS_LIBRARIES}/lib/pkgconfig)
endif()

# What Windows 7 and Server 2008 R2 have; newer functions are looked up while running.
set(CMAKE_C_FLAGS_INIT "-D_WIN32_WINNT=0x0601 -DWINVER=0x0601 -DNTDDI_VERSION=0x06010000 \
-D__USE_MINGW_ANSI_STDIO=1 -ffunction-sections -fdata-sections")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -static-libgcc -fstack-protector-strong -s -Wl,--gc-sections,--no-insert-timestamp,--exclude-all-symbols \
-Wl,--major-subsystem-version,6,--minor-subsystem-version,1,--major-os-version,6,--minor-os-version,1 \
-Wl,--nxcompat,--dynamicbase")
if(ACTDX_WINDOWS_ARCH STREQUAL x86_64)
  string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -Wl,--high-entropy-va")
endif()
