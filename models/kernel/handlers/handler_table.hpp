// The handlers that there are: who serves a page request group of a device.
#pragma once

#include <string_view>

namespace faultpath::models {

struct HandlerInfo {
  std::string_view name;
  std::string_view meaning;
};

/// Which of them serves a group follows from route, strategy and guests, so that no key names one.
inline constexpr HandlerInfo kHandlers[] = {
    {"mm", "handle_mm_fault() on the table of a process, in a work item: strategy sva"},
    {"vfio", "a strategy maps the pages in an I/O page table, in a work item"},
    {"nested", "a work item brings pages of the second stage, and has a strategy map the first"},
    {"user", "a thread of user space reads a fault file, touches the pages and answers"},
    {"container", "the same, with a queue for each level: the host finds out whose a fault is"},
    {"guest", "a VMM reads a fault file, asks the guest, and writes the guest's answer"}};

}  // namespace faultpath::models
