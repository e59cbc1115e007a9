// Follows `extends` from file to file.
#include "scenarios/extends.hpp"

#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

#include "scenarios/file_lookup.hpp"
#include "scenarios/merge.hpp"
#include "scenarios/yaml_text.hpp"

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;

class Digest {
 public:
  Digest() { crypto_hash_sha256_init(&state_); }
  void add(const std::string& bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
  }
  std::string hexadecimal() {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_, hash);
    char text[2 * sizeof hash + 1];
    return sodium_bin2hex(text, sizeof text, hash, sizeof hash);
  }

 private:
  crypto_hash_sha256_state state_{};
};

class Loader {
 public:
  Node load(const std::string& path) {
    enter(path);
    Node own = parsed(path);
    const auto extended = extended_by(own);
    Node tree;
    tree.kind = Node::Kind::map;
    tree.place = own.place;
    for (const auto& [file, cursor_path, place] : extended) {
      merge(tree, inherited(file, cursor_path, place), Devices::add);
    }
    set_layer(own, ++layer_);
    merge(tree, own, Devices::choose);
    tree.layer = layer_;
    chain_.pop_back();
    return tree;
  }
  std::string sha256() { return digest_.hexadecimal(); }
  std::size_t files() const { return files_; }

 private:
  struct Extended {
    std::string file;
    std::string key_path;
    Place place;
  };

  static std::string identity(const std::string& path) {
    std::error_code error;
    const auto canonical = fs::canonical(path, error);
    return error ? path : canonical.string();
  }

  void enter(const std::string& path) { chain_.push_back(path); }

  Node parsed(const std::string& path) {
    const std::string bytes = read_file(path);
    digest_.add(bytes);
    ++files_;
    const auto source =
        std::make_shared<const Source>(Source{path, fs::path(path).parent_path().string()});
    Node tree = parse_yaml(bytes, source, 0);
    if (tree.kind == Node::Kind::null) throw ConfigError({source, 1, 1}, {}, "the file is empty");
    expect_map({tree, {}});
    return tree;
  }

  // Takes the key `extends` out of a tree.
  static std::vector<Extended> extended_by(Node& tree) {
    const Entry* entry = tree.find("extends");
    if (entry == nullptr) return {};
    const Cursor list{entry->value, "extends"};
    expect_list(list);
    std::vector<Extended> files;
    for (std::size_t i = 0; i < list.node.items.size(); ++i) {
      const Cursor item = list.item(i);
      if (!item.node.is_scalar()) fail(item, "expected a file, found " + described(item.node));
      files.push_back({find_file(item, item.node.text), item.path, item.node.place});
    }
    tree.erase("extends");
    return files;
  }

  Node inherited(const std::string& file, const std::string& key_path, const Place& place) {
    const auto same = [&](const std::string& open) { return identity(open) == identity(file); };
    if (const auto found = std::ranges::find_if(chain_, same); found != chain_.end()) {
      std::string circle;
      for (auto open = found; open != chain_.end(); ++open) circle += *open + " -> ";
      throw ConfigError(place, key_path, "cyclic: " + circle + file);
    }
    const auto [known, is_new] = loaded_.try_emplace(identity(file));
    if (!is_new) return again(known->second);
    Node tree = load(file);
    check_version(tree);
    for (const char* key : {"scenario", "name", "description"}) tree.erase(key);
    return loaded_[identity(file)] = std::move(tree);
  }

  // Returns a file that has been loaded before with the layers that it would get now: above those
  // of all files loaded since, and in the former order among themselves.
  Node again(const Node& loaded) {
    Node tree = loaded;
    std::map<int, int> layers;
    visit(tree, [&](Node& node) { layers[node.layer] = 0; });
    for (auto& [before, now] : layers) now = ++layer_;
    visit(tree, [&](Node& node) { node.layer = layers[node.layer]; });
    return tree;
  }

  template <class Use>
  static void visit(Node& node, const Use& use) {
    use(node);
    for (auto& entry : node.entries) visit(entry.value, use);
    for (auto& item : node.items) visit(item, use);
  }

  static void check_version(const Node& tree) {
    const Entry* entry = tree.find("scenario");
    if (entry == nullptr || entry->value.text == "1") return;
    fail(Cursor{tree, {}}.child(*entry), "this program reads format 1 only");
  }

  static void set_layer(Node& node, int layer) {
    visit(node, [layer](Node& each) { each.layer = layer; });
  }

  int layer_ = 0;
  std::size_t files_ = 0;
  std::map<std::string, Node> loaded_;  // with what each extends; by canonical path
  std::vector<std::string> chain_;
  Digest digest_;
};

}  // namespace

MergedFile read_with_extended(const std::string& path) {
  Loader loader;
  Node tree = loader.load(path);
  return {std::move(tree), loader.sha256(), loader.files()};
}

}  // namespace faultpath::scenarios
