// The page's own files, as they were when the program was built. files.cpp is made from them.
#pragma once

#include <string_view>

namespace faultpath::analysis::report {

extern const std::string_view kPageTemplate;   ///< page.html
extern const std::string_view kStyle;          ///< style.css
extern const std::string_view kScript;         ///< the scripts, in their order
extern const std::string_view kFigureScript;   ///< figures.py
extern const std::string_view kLibrariesLock;  ///< SHA-256 of libraries/package-lock.json

}  // namespace faultpath::analysis::report
