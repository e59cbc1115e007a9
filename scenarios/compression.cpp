// Reading and writing through zstd.
#include "scenarios/compression.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "scenarios/config_error.hpp"
#include "scenarios/file_lookup.hpp"

namespace faultpath::scenarios {
namespace {

// RFC 8878, 3.1.1: the first four bytes of a frame.
constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";

// Recorded once, read often; higher levels need many times as long for a few per cent.
constexpr int kLevel = 12;
constexpr std::size_t kPending = 1 << 20;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string decompressed(const std::string& path, const std::string& bytes) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string text;
  std::size_t used = 0;
  std::size_t rest = 1;
  while (in.pos < in.size || (rest != 0 && used == text.size())) {
    if (used == text.size()) text.resize(std::max<std::size_t>(2 * used, 8 * bytes.size() + 4096));
    ZSTD_outBuffer out{text.data(), text.size(), used};
    rest = ZSTD_decompressStream(context.get(), &out, &in);
    used = out.pos;
    if (ZSTD_isError(rest)) {
      throw file_error(path, fmt::format("corrupt zstd data: {}", ZSTD_getErrorName(rest)));
    }
  }
  if (rest != 0) throw file_error(path, "truncated: the zstd data ends in the middle");
  text.resize(used);
  return text;
}

}  // namespace

std::string read_text(const std::string& path) {
  std::string bytes = read_file(path);
  return bytes.starts_with(kMagic) ? decompressed(path, bytes) : bytes;
}

struct TextWriter::Stream {
  std::unique_ptr<std::FILE, FreeContext> file;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context;  // none: plain text
  std::vector<char> out = std::vector<char>(ZSTD_CStreamOutSize());
};

TextWriter::TextWriter(std::string path)
    : path_(std::move(path)),
      partial_(fmt::format("{}.partial-{}", path_, getpid())),
      stream_(std::make_unique<Stream>()) {
  stream_->file.reset(std::fopen(partial_.c_str(), "wb"));
  if (!stream_->file) {
    throw file_error(path_, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
  if (!path_.ends_with(".zst")) return;
  stream_->context.reset(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(stream_->context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(stream_->context.get(), ZSTD_c_checksumFlag, 1);
}

TextWriter::~TextWriter() {
  if (stream_->file) std::remove(partial_.c_str());
}

void TextWriter::write(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kPending) flush(false);
}

void TextWriter::flush(bool last) {
  auto* file = stream_->file.get();
  if (!stream_->context) {
    std::fwrite(pending_.data(), 1, pending_.size(), file);
  } else {
    ZSTD_inBuffer in{pending_.data(), pending_.size(), 0};
    std::size_t rest = 1;
    while (last ? rest != 0 : in.pos < in.size) {
      ZSTD_outBuffer out{stream_->out.data(), stream_->out.size(), 0};
      rest = ZSTD_compressStream2(stream_->context.get(), &out, &in,
                                  last ? ZSTD_e_end : ZSTD_e_continue);
      std::fwrite(stream_->out.data(), 1, out.pos, file);
    }
  }
  pending_.clear();
}

void TextWriter::commit() {
  flush(true);
  const bool bad = std::ferror(stream_->file.get()) != 0;
  const bool closed = std::fclose(stream_->file.release()) == 0;
  std::error_code error;
  if (!bad && closed) std::filesystem::rename(partial_, path_, error);
  if (!bad && closed && !error) return;
  std::remove(partial_.c_str());
  throw file_error(path_, "cannot be written: the disk may be full");
}

}  // namespace faultpath::scenarios
