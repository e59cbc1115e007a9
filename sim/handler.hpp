// Handler: what an event does.
#pragma once

namespace faultpath::sim {

/// What an event does. `target` outlives the event or cancels it.
struct Handler {
  void (*fire)(void* target) = nullptr;
  void* target = nullptr;
};

/// `handler_of<&Device::on_issue>(device)` calls `device.on_issue()`.
template <auto kMember, class Target>
Handler handler_of(Target& target) {
  return {[](void* object) { (static_cast<Target*>(object)->*kMember)(); }, &target};
}

}  // namespace faultpath::sim
