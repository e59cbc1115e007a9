// Builds nodes from the events of yaml-cpp's parser, which keep duplicate keys and places.
#include "scenarios/yaml_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <sstream>
#include <utility>
#include <vector>

namespace faultpath::scenarios {
namespace {

// Far above any scenario; keeps aliases of aliases from filling the memory.
constexpr std::size_t kMostNodes = 100'000;
constexpr std::size_t kMostLevels = 64;

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  for (const auto& entry : node.entries) count += count_nodes(entry.value);
  for (const auto& item : node.items) count += count_nodes(item);
  return count;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const Source> source, int layer)
      : source_(std::move(source)), layer_(layer) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(made(Node::Kind::null, mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    Node node = made(Node::Kind::scalar, mark);
    node.text = value;
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) error(mark, "an alias cannot stand inside its own anchor");
    count_ += count_nodes(target->second);
    add(target->second, 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(made(Node::Kind::list, mark), tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(made(Node::Kind::map, mark), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  // A list or a map that is not complete yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  Place place(const YAML::Mark& mark) const {
    return {source_, static_cast<unsigned>(mark.line + 1), static_cast<unsigned>(mark.column + 1)};
  }
  [[noreturn]] void error(const YAML::Mark& mark, const std::string& message) const {
    throw ConfigError(place(mark), {}, message);
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag != "" && tag != "?" && tag != "!") error(mark, "tags such as " + tag + " mean nothing");
  }

  Node made(Node::Kind kind, const YAML::Mark& mark) {
    Node node;
    node.kind = kind;
    node.place = place(mark);
    node.layer = layer_;
    ++count_;
    return node;
  }

  void open(Node node, const std::string& tag, YAML::anchor_t anchor) {
    if (open_.size() == kMostLevels) {
      throw ConfigError(node.place, {}, fmt::format("nested deeper than {} levels", kMostLevels));
    }
    if (tag != "" && tag != "?" && tag != "!") {
      throw ConfigError(node.place, {}, "tags such as " + tag + " mean nothing");
    }
    open_.push_back({std::move(node), anchor, false, {}, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (count_ > kMostNodes) throw ConfigError(node.place, {}, "this is too large for a scenario");
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.is_list()) {
      open_.back().node.items.push_back(std::move(node));
    } else if (open_.back().has_key) {
      add_entry(open_.back(), std::move(node));
    } else {
      set_key(open_.back(), node);
    }
  }

  void set_key(Open& map, const Node& node) const {
    if (!node.is_scalar()) throw ConfigError(node.place, {}, "a key must be a word");
    if (const Entry* same = map.node.find(node.text)) {
      const auto message =
          fmt::format("duplicate key; it stands first in line {}", same->place.line);
      throw ConfigError(node.place, path_to(node.text), message);
    }
    map.has_key = true;
    map.key = node.text;
    map.key_place = node.place;
  }

  static void add_entry(Open& map, Node node) {
    map.node.entries.push_back({std::move(map.key), std::move(map.key_place), std::move(node)});
    map.has_key = false;
  }

  std::string path_to(const std::string& key) const {
    std::string path;
    for (const auto& open : open_) {
      if (open.node.is_list()) path += fmt::format("[{}]", open.node.items.size());
      if (open.node.is_map()) path += (path.empty() ? "" : ".") + (open.has_key ? open.key : key);
    }
    return path;
  }

  std::shared_ptr<const Source> source_;
  int layer_;
  std::size_t count_ = 0;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
};

Node parse(const std::string& text, std::shared_ptr<const Source> source, int layer) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  TreeBuilder builder(source, layer);
  if (!parser.HandleNextDocument(builder)) return {};
  TreeBuilder rest(source, layer);
  if (parser.HandleNextDocument(rest)) {
    throw ConfigError(rest.take().place, {}, "a second YAML document; one file holds one");
  }
  return builder.take();
}

// What the parser says of a tab is about what comes after it.
std::string reason_of(const YAML::Exception& error, const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i <= error.mark.line && std::getline(lines, line); ++i) {
  }
  const auto indentation = line.substr(0, line.find_first_not_of(" \t"));
  if (indentation.find('\t') == std::string::npos) return "not valid YAML: " + error.msg;
  return "not valid YAML: a tab in the indentation, which takes blanks only";
}

}  // namespace

Node parse_yaml(const std::string& text, std::shared_ptr<const Source> source, int layer) {
  try {
    return parse(text, source, layer);
  } catch (const YAML::Exception& error) {
    const Place place{source, static_cast<unsigned>(error.mark.line + 1),
                      static_cast<unsigned>(error.mark.column + 1)};
    throw ConfigError(place, {}, reason_of(error, text));
  }
}

namespace {

void forget_lines(Node& node) {
  node.place.line = node.place.column = 0;
  for (auto& entry : node.entries) {
    entry.place.line = entry.place.column = 0;
    forget_lines(entry.value);
  }
  for (auto& item : node.items) forget_lines(item);
}

}  // namespace

Node parse_yaml_value(const std::string& text, std::shared_ptr<const Source> source, int layer) {
  try {
    Node node = parse(text, source, layer);
    forget_lines(node);
    if (!node.place.source) node.place.source = source;
    node.layer = layer;
    return node;
  } catch (const ConfigError& error) {
    throw ConfigError({source, 0, 0}, error.path(), error.message());
  } catch (const YAML::Exception& error) {
    throw ConfigError({source, 0, 0}, {}, "not valid YAML: " + error.msg);
  }
}

}  // namespace faultpath::scenarios
