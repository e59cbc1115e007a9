// Reading, writing and describing maps of keys.
#include "scenarios/declare/object_core.hpp"

#include <memory>

namespace faultpath::scenarios {
namespace {

/// The codec of a key that is only described.
class Described final : public Codec {
 public:
  explicit Described(const Json& schema) : schema_(schema) {}
  void read(const Cursor& /*at*/, void* /*value*/) const override {}
  Json dump(const void* /*value*/) const override { return {}; }
  Json schema() const override { return schema_; }

 private:
  Json schema_;
};

class ObjectCodec final : public Codec {
 public:
  explicit ObjectCodec(const ObjectCore& object) : object_(object) {}
  void read(const Cursor& at, void* value) const override { object_.read(at, value); }
  Json dump(const void* value) const override { return object_.dump(value); }
  Json schema() const override { return object_.schema(); }

 private:
  ObjectCore object_;
};

const FieldCore& known(const std::vector<FieldCore>& fields, const ObjectCore& object,
                       const Cursor& at, const Entry& entry) {
  for (const FieldCore& field : fields) {
    if (field.text().key == entry.key) return field;
  }
  fail_unknown_key(at, entry, object.keys());
}

bool outranked(const Cursor& at, const Entry& entry, const ConditionCore& condition) {
  const Entry* cause = at.node.find(condition.cause());
  return cause != nullptr && newest_layer(entry.value) < newest_layer(cause->value);
}

// The key has no effect, and a higher layer has chosen so. That is no error.
bool overridden(const Cursor& at, const FieldCore& field, const void* spec) {
  const Entry* entry = at.node.find(field.text().key);
  if (entry == nullptr || field.has_effect(spec)) return false;
  return outranked(at, *entry, field.condition());
}

// What is overridden keeps its value, which nobody reads.
void check_inner(const Cursor& at, const Entry& map, const FieldCore& field, const void* spec) {
  for (const auto& [key, condition] : field.inner()) {
    const Entry* entry = map.value.find(key);
    if (entry == nullptr || condition.holds(spec) || outranked(at, *entry, condition)) continue;
    fail_key(at.child(map), *entry, "has no effect " + condition.words());
  }
}

void check(const Cursor& at, const FieldCore& field, const void* spec) {
  const std::string& key = field.text().key;
  const Entry* entry = at.node.find(key);
  if (entry == nullptr && field.required()) fail(at, "needs the key '" + key + "'");
  if (entry == nullptr) return;
  if (field.has_effect(spec)) return check_inner(at, *entry, field, spec);
  if (overridden(at, field, spec)) return;
  fail_key(at, *entry, "has no effect " + field.condition().words());
}

}  // namespace

ConditionCore::ConditionCore(std::string_view cause, std::string_view words,
                             std::function<bool(const void*)> holds)
    : cause_(cause), words_(words), holds_(std::move(holds)) {}
ConditionCore::ConditionCore(const ConditionCore&) = default;
ConditionCore::ConditionCore(ConditionCore&&) noexcept = default;
ConditionCore& ConditionCore::operator=(const ConditionCore&) = default;
ConditionCore& ConditionCore::operator=(ConditionCore&&) noexcept = default;
ConditionCore::~ConditionCore() = default;

FieldCore::FieldCore(std::string_view key, std::string_view doc, std::string_view source,
                     const AnyType& type, MemberPlace place)
    : text_{std::string(key), std::string(doc), std::string(source)}, type_(type), place_(place) {}
FieldCore::FieldCore(std::string_view key, std::string_view doc, const Json& schema)
    : text_{std::string(key), std::string(doc), {}}, type_(std::make_unique<Described>(schema)) {}
FieldCore::FieldCore(const FieldCore&) = default;
FieldCore::FieldCore(FieldCore&&) noexcept = default;
FieldCore& FieldCore::operator=(const FieldCore&) = default;
FieldCore& FieldCore::operator=(FieldCore&&) noexcept = default;
FieldCore::~FieldCore() = default;

void FieldCore::set_condition(ConditionCore condition) { condition_ = std::move(condition); }

void FieldCore::add_inner(std::string_view key, ConditionCore condition) {
  inner_.emplace_back(key, std::move(condition));
}

void FieldCore::set_then(std::function<void(const Cursor&, void*)> then) {
  then_ = std::move(then);
}

void FieldCore::add_to_schema(std::string_view name, const Json& value) {
  added_[std::string(name)] = value;
}

FieldCore FieldCore::inside(const SpecInside& inside) const {
  const auto within = [inside](const ConditionCore& condition) {
    return ConditionCore(
        condition.cause(), condition.words(),
        [condition, inside](const void* spec) { return condition.holds(inside(spec)); });
  };
  FieldCore field = *this;
  field.inside_ = inside;
  if (condition_) field.condition_ = within(*condition_);
  for (auto& [key, condition] : field.inner_) condition = within(condition);
  if (then_) {
    field.then_ = [then = then_, inside](const Cursor& at, void* spec) {
      then(at, const_cast<void*>(inside(spec)));
    };
  }
  return field;
}

const void* FieldCore::member(const void* spec) const {
  return static_cast<const char*>(inside_ ? inside_(spec) : spec) + place_.offset;
}

void FieldCore::read(const Cursor& at, void* spec) const {
  type_.codec().read(at, const_cast<void*>(member(spec)));
  if (then_) then_(at, spec);
}

Json FieldCore::dump_all(const void* spec) const { return type_.codec().dump(member(spec)); }

Json FieldCore::dump(const void* spec) const {
  Json dumped = has_effect(spec) ? dump_all(spec) : Json{};
  for (const auto& [key, condition] : inner_) {
    if (dumped.is_object() && !condition.holds(spec)) dumped.erase(key);
  }
  return dumped;
}

void FieldCore::reset(void* spec, const void* defaults) const {
  if (place_.assign == nullptr) return;
  place_.assign(const_cast<void*>(member(spec)), member(defaults));
}

Json FieldCore::schema() const {
  Json schema = type_.codec().schema();
  schema.update(added_);
  for (const auto& [key, condition] : inner_) {
    Json& words = schema["properties"][key]["x-only"];
    words = words.is_null() ? condition.words()
                            : words.get<std::string>() + ", or " + condition.words();
  }
  return schema;
}

void FieldCore::describe(Json& schema, const void* defaults) const {
  const std::string only = condition_ ? condition_->words() : "";
  const Json standard = required_ ? Json{} : dump_all(defaults);
  add_property(schema, text_, this->schema(), standard, only);
  if (required_) schema["required"].push_back(text_.key);
}

ObjectCore::ObjectCore(std::vector<FieldCore> fields, const void* defaults)
    : fields_(std::move(fields)), defaults_(defaults) {}
ObjectCore::ObjectCore(const ObjectCore&) = default;
ObjectCore::ObjectCore(ObjectCore&&) noexcept = default;
ObjectCore::~ObjectCore() = default;

void ObjectCore::read(const Cursor& at, void* spec) const {
  expect_map(at);
  for (const Entry& entry : at.node.entries) {
    known(fields_, *this, at, entry).read(at.child(entry), spec);
  }
  for (const FieldCore& field : fields_) {
    if (overridden(at, field, spec)) field.reset(spec, defaults_);
  }
  for (const FieldCore& field : fields_) check(at, field, spec);
}

Json ObjectCore::dump(const void* spec) const {
  Json map = Json::object();
  for (const FieldCore& field : fields_) {
    Json dumped = field.dump(spec);
    if (!dumped.is_null()) map[field.text().key] = std::move(dumped);
  }
  return map;
}

Json ObjectCore::schema() const {
  Json schema = object_schema();
  for (const FieldCore& field : fields_) field.describe(schema, defaults_);
  return schema;
}

std::vector<std::string> ObjectCore::keys() const {
  std::vector<std::string> all;
  for (const FieldCore& field : fields_) all.push_back(field.text().key);
  return all;
}

AnyType ObjectCore::type() const { return AnyType(std::make_unique<ObjectCodec>(*this)); }

}  // namespace faultpath::scenarios
