// The lists through the states of pages.
#include "models/memory/page_store.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

void PageList::push_back(PageId id) {
  PageState& page = pages_.at(id);
  ENSURE(!page.has(kListed), "a page is on one list at a time");
  page.set(kListed);
  page.previous = back_;
  page.next = kNoPage;
  if (back_ != kNoPage) pages_.at(back_).next = id;
  if (front_ == kNoPage) front_ = id;
  back_ = id;
  ++size_;
}

void PageList::remove(PageId id) {
  PageState& page = pages_.at(id);
  ENSURE(page.has(kListed), "only a listed page leaves a list");
  page.clear(kListed);
  if (page.previous != kNoPage) {
    pages_.at(page.previous).next = page.next;
  } else {
    front_ = page.next;
  }
  if (page.next != kNoPage) {
    pages_.at(page.next).previous = page.previous;
  } else {
    back_ = page.previous;
  }
  --size_;
}

PageId PageList::pop_front() {
  const PageId id = front_;
  remove(id);
  return id;
}

}  // namespace faultpath::models
