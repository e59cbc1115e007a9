// Recognising and undoing compression, by the first bytes.
#include "scenarios/decompression.hpp"

#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/config_error.hpp"
#include "scenarios/file_lookup.hpp"

namespace faultpath::scenarios {
namespace {

using namespace std::string_view_literals;

constexpr auto kZstd = "\x28\xB5\x2F\xFD"sv;        // RFC 8878, 3.1.1
constexpr auto kGzip = "\x1F\x8B"sv;                // RFC 1952, 2.3.1
constexpr auto kXz = "\xFD\x37\x7A\x58\x5A\x00"sv;  // The .xz File Format 1.1.0, 2.1.1.1
constexpr auto kBzip2 = "BZh"sv;
constexpr auto kLz4 = "\x04\x22\x4D\x18"sv;
constexpr auto kZip = "PK\x03\x04"sv;

constexpr auto kUtf8Mark = "\xEF\xBB\xBF"sv;
constexpr auto kUtf16Little = "\xFF\xFE"sv;
constexpr auto kUtf16Big = "\xFE\xFF"sv;

constexpr std::size_t kStep = 1 << 18;

[[noreturn]] void fail_corrupt(const std::string& name, const char* method, const char* reason) {
  throw file_error(name, fmt::format("corrupt {} data: {}", method, reason));
}
[[noreturn]] void fail_truncated(const std::string& name, const char* method) {
  throw file_error(name, fmt::format("truncated: the {} data ends in the middle", method));
}

// Bytes in pieces.
class Bytes {
 public:
  virtual ~Bytes() = default;
  /// The next ones, valid until the next call; none at the end.
  virtual std::string_view next() = 0;
};

class BytesOfString : public Bytes {
 public:
  explicit BytesOfString(std::string_view bytes) : rest_(bytes) {}
  std::string_view next() override { return std::exchange(rest_, {}); }

 private:
  std::string_view rest_;
};

class BytesOfFile : public Bytes {
 public:
  explicit BytesOfFile(const std::string& path) : path_(path), in_(open_file(path)) {}
  std::string_view next() override {
    if (!in_) return {};
    in_.read(part_.data(), kStep);
    if (in_.bad()) throw file_error(path_, "cannot be read");
    return {part_.data(), static_cast<std::size_t>(in_.gcount())};
  }

 private:
  const std::string& path_;
  std::ifstream in_;
  std::vector<char> part_ = std::vector<char>(kStep);
};

// What a method of compression takes, and where its output goes.
class Stream {
 public:
  Stream(const std::string& file, std::string_view first, Bytes& bytes, const TextSink& sink)
      : name(file), in(first), bytes_(bytes), sink_(sink) {}

  /// Requires that `in` has been used up. False at the end.
  bool more() {
    in = bytes_.next();
    return !in.empty();
  }
  char* room() { return part_.data(); }
  void filled(std::size_t count) {
    if (count > 0) sink_({part_.data(), count});
  }

  const std::string& name;
  std::string_view in;  // what has not been taken yet

 private:
  Bytes& bytes_;
  const TextSink& sink_;
  std::vector<char> part_ = std::vector<char>(kStep);
};

void from_zstd(Stream& stream) {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  for (;;) {
    ZSTD_inBuffer in{stream.in.data(), stream.in.size(), 0};
    ZSTD_outBuffer out{stream.room(), kStep, 0};
    const std::size_t rest = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(rest)) fail_corrupt(stream.name, "zstd", ZSTD_getErrorName(rest));
    stream.filled(out.pos);
    stream.in.remove_prefix(in.pos);
    const bool ended = rest == 0;  // a frame, and all of it is out
    if (!stream.in.empty() || (!ended && out.pos == out.size) || stream.more()) continue;
    if (ended) return;
    fail_truncated(stream.name, "zstd");
  }
}

// After a member only zeros follow.
bool is_padding(Stream& stream) {
  bool zeros = false;
  do {
    const auto other = stream.in.find_first_not_of('\0');
    zeros |= !stream.in.empty() && other != 0;
    if (other == std::string_view::npos) continue;
    if (zeros) fail_corrupt(stream.name, "gzip", "incorrect header check");  // as zlib says
    return false;
  } while (stream.more());
  return true;
}

// A gzip file is a sequence of members (RFC 1952, 2.2). Zeros after the last one are padding.
void from_gzip(Stream& stream) {
  struct End {
    void operator()(z_stream* zlib) const { inflateEnd(zlib); }
  };
  z_stream zlib{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&zlib, kGzipOnly) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, End> guard(&zlib);
  bool all = false;
  for (;;) {
    if (stream.in.empty()) all = !stream.more();
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream.in.data()));
    zlib.avail_in = static_cast<uInt>(std::min<std::size_t>(stream.in.size(), 1U << 30));
    const std::size_t given = zlib.avail_in;
    zlib.next_out = reinterpret_cast<Bytef*>(stream.room());
    zlib.avail_out = kStep;
    const int status = inflate(&zlib, Z_NO_FLUSH);
    stream.filled(kStep - zlib.avail_out);
    stream.in.remove_prefix(given - zlib.avail_in);
    if (status == Z_STREAM_END) {
      if (is_padding(stream)) return;
      inflateReset(&zlib);
    } else if (status == Z_BUF_ERROR && all) {
      fail_truncated(stream.name, "gzip");
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fail_corrupt(stream.name, "gzip", zlib.msg != nullptr ? zlib.msg : "not understood");
    }
  }
}

void from_xz(Stream& stream) {
  struct End {
    void operator()(lzma_stream* lzma) const { lzma_end(lzma); }
  };
  lzma_stream lzma = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&lzma, std::numeric_limits<std::uint64_t>::max(), LZMA_CONCATENATED) !=
      LZMA_OK) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<lzma_stream, End> guard(&lzma);
  bool all = false;
  for (;;) {
    if (stream.in.empty()) all = all || !stream.more();
    lzma.next_in = reinterpret_cast<const std::uint8_t*>(stream.in.data());
    lzma.avail_in = stream.in.size();
    lzma.next_out = reinterpret_cast<std::uint8_t*>(stream.room());
    lzma.avail_out = kStep;
    const lzma_ret status = lzma_code(&lzma, all ? LZMA_FINISH : LZMA_RUN);
    stream.filled(kStep - lzma.avail_out);
    stream.in.remove_prefix(stream.in.size() - lzma.avail_in);
    if (status == LZMA_STREAM_END) return;
    if (status == LZMA_BUF_ERROR) fail_truncated(stream.name, "xz");
    if (status == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (status != LZMA_OK) fail_corrupt(stream.name, "xz", "its checks fail");
  }
}

void decompress(const std::string& name, Bytes& bytes, const TextSink& sink) {
  const std::string_view first = bytes.next();
  Stream stream(name, first, bytes, sink);
  if (first.starts_with(kZstd)) return from_zstd(stream);
  if (first.starts_with(kGzip)) return from_gzip(stream);
  if (first.starts_with(kXz)) return from_xz(stream);
  for (const auto& [magic, method] :
       {std::pair{kBzip2, "bzip2"}, std::pair{kLz4, "lz4"}, std::pair{kZip, "zip"}}) {
    if (!first.starts_with(magic)) continue;
    throw file_error(name, fmt::format("is compressed with {}; zstd, gzip and xz are read, others "
                                       "must be decompressed before",
                                       method));
  }
  for (auto piece = first; !piece.empty(); piece = bytes.next()) sink(piece);
}

// Takes the mark off the beginning of a text.
class MarkFilter {
 public:
  MarkFilter(const std::string& name, const TextSink& sink) : name_(name), sink_(sink) {}

  void take(std::string_view piece) {
    if (begun_) return sink_(piece);
    start_ += piece;
    if (start_.size() >= kUtf8Mark.size()) begin();
  }
  void end() {
    if (!begun_) begin();
  }

 private:
  void begin() {
    begun_ = true;
    std::string_view text = start_;
    if (text.starts_with(kUtf16Little) || text.starts_with(kUtf16Big)) {
      throw file_error(name_, "is UTF-16; save it as UTF-8");
    }
    if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
    if (!text.empty()) sink_(text);
    start_ = {};
  }

  const std::string& name_;
  const TextSink& sink_;
  std::string start_;
  bool begun_ = false;
};

void read_pieces(const std::string& name, Bytes& bytes, const TextSink& sink) {
  MarkFilter filter(name, sink);
  decompress(name, bytes, [&](std::string_view piece) { filter.take(piece); });
  filter.end();
}

}  // namespace

std::string shown_name(const std::string& path) {
  return path == kStandardStream ? "standard input" : path;
}

std::string text_of(std::string bytes, const std::string& name) {
  std::string text;
  BytesOfString pieces(bytes);
  read_pieces(name, pieces, [&](std::string_view piece) { text += piece; });
  return text;
}

TextPieces::TextPieces(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  regular_ = std::filesystem::is_regular_file(path_, ignored);
  if (!regular_) bytes_ = read_file(path_);
}

void TextPieces::read(const TextSink& sink) const {
  if (regular_) {
    BytesOfFile bytes(path_);
    read_pieces(path_, bytes, sink);
  } else {
    BytesOfString bytes(bytes_);
    read_pieces(path_, bytes, sink);
  }
}

std::string read_text(const std::string& path) { return text_of(read_file(path), path); }

std::string read_input(const std::string& path) {
  if (path != kStandardStream) return read_text(path);
  std::string bytes;
  std::vector<char> part(kStep);
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), stdin)) {
    bytes.append(part.data(), count);
  }
  if (std::ferror(stdin) != 0) throw file_error(shown_name(path), "cannot be read");
  return text_of(std::move(bytes), shown_name(path));
}

}  // namespace faultpath::scenarios
