// Delegate: an object and one of its member functions, to be called later.
#pragma once

#include <type_traits>
#include <utility>

namespace faultpath::sim {

template <class Signature>
class Delegate;

/// Two words, no allocation. `Delegate<void(int)>::to<&Device::receive>(device)` calls
/// `device.receive(value)`. The object outlives the delegate or the last call.
template <class Result, class... Arguments>
class Delegate<Result(Arguments...)> {
 public:
  /// Calls nothing; must not be called.
  Delegate() = default;

  template <auto kMember, class Object>
  static Delegate to(Object& object) {
    Delegate delegate;
    delegate.object_ = const_cast<std::remove_const_t<Object>*>(&object);
    delegate.call_ = [](void* target, Arguments... arguments) -> Result {
      return (static_cast<Object*>(target)->*kMember)(std::forward<Arguments>(arguments)...);
    };
    return delegate;
  }

  explicit operator bool() const { return call_ != nullptr; }
  Result operator()(Arguments... arguments) const {
    return call_(object_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* object_ = nullptr;
  Result (*call_)(void* target, Arguments... arguments) = nullptr;
};

}  // namespace faultpath::sim
