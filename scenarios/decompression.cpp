// Recognising and undoing compression, by the first bytes.
#include "scenarios/decompression.hpp"

#include <fmt/format.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <string_view>
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

// Text that grows at its end.
class Output {
 public:
  char* room(std::size_t bytes) {
    text_.resize(used_ + bytes);
    return text_.data() + used_;
  }
  void filled(std::size_t bytes) { used_ += bytes; }
  std::string take() {
    text_.resize(used_);
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t used_ = 0;
};

std::string from_zstd(const std::string& name, const std::string& bytes) {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  Output output;
  for (;;) {
    ZSTD_outBuffer out{output.room(kStep), kStep, 0};
    const std::size_t rest = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(rest)) fail_corrupt(name, "zstd", ZSTD_getErrorName(rest));
    output.filled(out.pos);
    if (rest == 0 && in.pos == in.size) return output.take();  // a frame has ended, and all is out
    if (in.pos < in.size || out.pos == out.size) continue;     // there is more
    fail_truncated(name, "zstd");
  }
}

// A gzip file is a sequence of members (RFC 1952, 2.2). Zeros after the last one are padding.
std::string from_gzip(const std::string& name, const std::string& bytes) {
  struct End {
    void operator()(z_stream* stream) const { inflateEnd(stream); }
  };
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, End> guard(&stream);
  Output output;
  std::size_t taken = 0;  // bytes that the stream has been given
  int status = Z_OK;
  for (;;) {
    if (stream.avail_in == 0) {
      const std::size_t more = std::min<std::size_t>(bytes.size() - taken, 1U << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())) + taken;
      stream.avail_in = static_cast<uInt>(more);
      taken += more;
    }
    if (status == Z_STREAM_END) {
      const std::size_t at = taken - stream.avail_in;
      if (bytes.find_first_not_of('\0', at) == std::string::npos) return output.take();
      inflateReset(&stream);
    }
    stream.next_out = reinterpret_cast<Bytef*>(output.room(kStep));
    stream.avail_out = kStep;
    status = inflate(&stream, Z_NO_FLUSH);
    output.filled(kStep - stream.avail_out);
    if (status == Z_BUF_ERROR ||
        (status == Z_OK && stream.avail_in == 0 && taken == bytes.size() && stream.avail_out > 0)) {
      fail_truncated(name, "gzip");
    }
    if (status != Z_OK && status != Z_STREAM_END) {
      fail_corrupt(name, "gzip", stream.msg != nullptr ? stream.msg : "not understood");
    }
  }
}

std::string from_xz(const std::string& name, const std::string& bytes) {
  struct End {
    void operator()(lzma_stream* stream) const { lzma_end(stream); }
  };
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, std::numeric_limits<std::uint64_t>::max(), LZMA_CONCATENATED) !=
      LZMA_OK) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<lzma_stream, End> guard(&stream);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  Output output;
  for (;;) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(output.room(kStep));
    stream.avail_out = kStep;
    const lzma_ret status = lzma_code(&stream, LZMA_FINISH);
    output.filled(kStep - stream.avail_out);
    if (status == LZMA_STREAM_END) return output.take();
    if (status == LZMA_BUF_ERROR) fail_truncated(name, "xz");
    if (status == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (status != LZMA_OK) fail_corrupt(name, "xz", "its checks fail");
  }
}

std::string decompressed(std::string bytes, const std::string& name) {
  if (bytes.starts_with(kZstd)) return from_zstd(name, bytes);
  if (bytes.starts_with(kGzip)) return from_gzip(name, bytes);
  if (bytes.starts_with(kXz)) return from_xz(name, bytes);
  for (const auto& [magic, method] :
       {std::pair{kBzip2, "bzip2"}, std::pair{kLz4, "lz4"}, std::pair{kZip, "zip"}}) {
    if (!bytes.starts_with(magic)) continue;
    throw file_error(name, fmt::format("is compressed with {}; zstd, gzip and xz are read, others "
                                       "must be decompressed before",
                                       method));
  }
  return bytes;
}

}  // namespace

std::string shown_name(const std::string& path) {
  return path == kStandardStream ? "standard input" : path;
}

std::string text_of(std::string bytes, const std::string& name) {
  std::string text = decompressed(std::move(bytes), name);
  if (text.starts_with(kUtf16Little) || text.starts_with(kUtf16Big)) {
    throw file_error(name, "is UTF-16; save it as UTF-8");
  }
  if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
  return text;
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
