// Sharing codecs.
#include "scenarios/declare/any_type.hpp"

#include <utility>

namespace faultpath::scenarios {

AnyType::AnyType(std::unique_ptr<const Codec> codec) : codec_(std::move(codec)) {}
AnyType::AnyType(const AnyType&) noexcept = default;
AnyType::AnyType(AnyType&&) noexcept = default;
AnyType& AnyType::operator=(const AnyType&) noexcept = default;
AnyType& AnyType::operator=(AnyType&&) noexcept = default;
AnyType::~AnyType() = default;

}  // namespace faultpath::scenarios
