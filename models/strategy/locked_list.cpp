// Links of a locked list.
#include "models/strategy/locked_list.hpp"

#include "sim/ensure.hpp"

namespace faultpath::models {

void LockedList::push_back(IovaPage page) {
  std::uint32_t& place = place_of(page);
  ENSURE_IN(table_.name(), place == kNone, "a page is locked once");
  if (free_.empty()) {
    place = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  nodes_[place] = {page, back_, kNone};
  (back_ == kNone ? front_ : nodes_[back_].next) = place;
  back_ = place;
  ++size_;
}

void LockedList::remove(IovaPage page) {
  std::uint32_t& place = place_of(page);
  ENSURE_IN(table_.name(), place != kNone, "only a locked page leaves the list");
  const Node node = nodes_[place];
  (node.previous == kNone ? front_ : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? back_ : nodes_[node.next].previous) = node.previous;
  free_.push_back(place);
  place = kNone;
  --size_;
}

void LockedList::move_to_back(IovaPage page) {
  remove(page);
  push_back(page);
}

}  // namespace faultpath::models
