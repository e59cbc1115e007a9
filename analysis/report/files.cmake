# Puts the report page's own files into the program, as files.cpp. Made anew when one of them changes.
set(page ${CMAKE_CURRENT_LIST_DIR}/page)
set(page_scripts text look tail stages scopes time memory density limits check page)
set(page_files page.html style.css figures.py)
foreach(script ${page_scripts})
  list(APPEND page_files ${script}.js)
  file(READ ${page}/${script}.js text)
  string(APPEND PAGE_SCRIPT "${text}")
endforeach()
file(READ ${page}/page.html PAGE_HTML)
file(READ ${page}/style.css PAGE_STYLE)
file(READ ${page}/figures.py PAGE_FIGURES)
file(SHA256 ${CMAKE_CURRENT_LIST_DIR}/libraries/package-lock.json PAGE_LOCK)
list(TRANSFORM page_files PREPEND ${page}/)
set_property(
  DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_files}
                            ${CMAKE_CURRENT_LIST_DIR}/libraries/package-lock.json)
configure_file(${CMAKE_CURRENT_LIST_DIR}/files.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/report/files.cpp
               @ONLY)
