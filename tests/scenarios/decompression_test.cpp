// Compressed files are recognised by their first bytes.
#include "scenarios/decompression.hpp"

#include <gtest/gtest.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "scenarios/config_error.hpp"
#include "tests/scenarios/scratch.hpp"

namespace faultpath::scenarios {
namespace {

std::string by_zstd(const std::string& text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 1));
  return bytes;
}

std::string by_gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string bytes(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

std::string by_xz(const std::string& text) {
  std::string bytes(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t used = 0;
  lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, nullptr,
                          reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                          reinterpret_cast<std::uint8_t*>(bytes.data()), &used, bytes.size());
  bytes.resize(used);
  return bytes;
}

using Method = std::string (*)(const std::string&);
constexpr std::pair<const char*, Method> kMethods[] = {
    {"zstd", by_zstd}, {"gzip", by_gzip}, {"xz", by_xz}};

std::string decompression_error_of(const std::string& bytes) {
  try {
    text_of(bytes, "f");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

// From nothing to more than one step of decompression.
TEST(Decompression, GivesTheTextBackWhateverItsLength) {
  for (const auto& [name, compress] : kMethods) {
    for (const std::size_t length : {0U, 1U, 262'143U, 262'144U, 262'145U, 1'000'000U}) {
      std::string text(length, 'a');
      for (std::size_t i = 0; i < length; i += 7) text[i] = static_cast<char>('b' + i % 23);
      EXPECT_EQ(text_of(compress(text), "f"), text) << name << ", " << length;
    }
  }
}

TEST(Decompression, ReadsPartsOneAfterTheOther) {
  for (const auto& [name, compress] : kMethods) {
    EXPECT_EQ(text_of(compress("one ") + compress("two"), "f"), "one two") << name;
  }
}

TEST(Decompression, OfGzipIgnoresZerosAfterTheLastMember) {
  EXPECT_EQ(text_of(by_gzip("one") + std::string(300'000, '\0'), "f"), "one");
  EXPECT_EQ(decompression_error_of(by_gzip("one") + std::string(2, '\0') + by_gzip("two")),
            "f: corrupt gzip data: incorrect header check");
}

std::string pieces_of(const TextPieces& text) {
  std::string all;
  text.read([&](std::string_view piece) { all += piece; });
  return all;
}

// Of a file the compressed bytes come in pieces, too: these hardly become fewer by compression.
TEST(Decompression, GivesTheSameInPieces) {
  std::string text = "\xEF\xBB\xBF";
  std::uint32_t state = 1;
  for (int i = 0; i < 2'000'000; ++i) {
    state = state * 1664525 + 1013904223;
    text += static_cast<char>(state >> 24);
  }
  const Scratch scratch;
  const std::string plain = text.substr(3);
  const TextPieces of_plain(scratch.write("plain", text));
  EXPECT_TRUE(pieces_of(of_plain) == plain);
  for (const auto& [name, compress] : kMethods) {
    const auto half = text.size() / 2;
    const auto bytes = compress(text.substr(0, half)) + compress(text.substr(half));
    const TextPieces pieces(scratch.write(name, bytes));
    EXPECT_TRUE(pieces_of(pieces) == plain) << name;
    EXPECT_TRUE(pieces_of(pieces) == plain) << name << ", again";
    const TextPieces cut(scratch.write("cut", bytes.substr(0, bytes.size() - 1)));
    EXPECT_THROW(pieces_of(cut), ConfigError) << name;
  }
}

TEST(Decompression, SaysThatDataAreCutOffOrCorrupt) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919 % 1000);
  for (const auto& [name, compress] : kMethods) {
    const std::string method = name;
    const std::string bytes = compress(text);
    EXPECT_EQ(decompression_error_of(bytes.substr(0, bytes.size() / 2)),
              "f: truncated: the " + method + " data ends in the middle");
    EXPECT_EQ(decompression_error_of(bytes.substr(0, bytes.size() - 1)),
              "f: truncated: the " + method + " data ends in the middle");
    std::string bad = bytes;
    for (std::size_t i = 12; i < 40; ++i) bad[i] = '\x55';
    EXPECT_TRUE(decompression_error_of(bad).starts_with("f: corrupt " + method + " data: "))
        << decompression_error_of(bad);
  }
}

TEST(Decompression, NamesMethodsThatItCannotUndo) {
  EXPECT_EQ(decompression_error_of("BZh91AY"),
            "f: is compressed with bzip2; zstd, gzip and xz are read, others must be decompressed "
            "before");
}

TEST(Decompression, TakesOffTheByteOrderMarkOfUtf8AndRefusesUtf16) {
  EXPECT_EQ(text_of("\xEF\xBB\xBFtext", "f"), "text");
  EXPECT_EQ(text_of(by_gzip("\xEF\xBB\xBFtext"), "f"), "text");
  EXPECT_EQ(decompression_error_of("\xFF\xFEt"), "f: is UTF-16; save it as UTF-8");
}

}  // namespace
}  // namespace faultpath::scenarios
