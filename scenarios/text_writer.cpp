// A file beside its final place, and what may stand there.
#include "scenarios/text_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "scenarios/config_error.hpp"
#include "scenarios/decompression.hpp"

namespace faultpath::scenarios {
namespace {

namespace fs = std::filesystem;

// Recorded once, read often; higher levels need many times as long for a few per cent.
constexpr int kLevel = 12;
constexpr std::size_t kPending = 1 << 20;
constexpr int kMostLinks = 40;  // as the kernel follows

const char* kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::character:
    case fs::file_type::block:
      return "a device";
    case fs::file_type::fifo:
      return "a FIFO";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "no regular file";
  }
}

// Throws ConfigError unless there is no file or a regular one: only a regular file is replaced.
void check_target(const std::string& path, const std::string& target) {
  std::error_code error;
  const auto status = fs::status(target, error);
  if (!fs::exists(status) || fs::is_regular_file(status)) return;
  throw file_error(path, fmt::format("is {}, and is not written to; '-' is standard output",
                                     kind_of(status.type())));
}

void check_ending(const std::string& path) {
  for (const char* ending : {".gz", ".xz", ".bz2", ".lz4"}) {
    if (!path.ends_with(ending)) continue;
    throw file_error(
        path, fmt::format("{} is not written; .zst is, and anything else is plain text", ending));
  }
}

}  // namespace

std::string behind_links(const std::string& path) {
  fs::path target = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    if (links == kMostLinks) throw file_error(path, std::strerror(ELOOP));
    const fs::path next = fs::read_symlink(target, error);
    if (error) throw file_error(path, error.message());
    target = target.parent_path() / next;  // an absolute one takes the place of all
  }
  return target.string();
}

struct TextWriter::Stream {
  struct Free {
    void operator()(ZSTD_CCtx* zstd) const { ZSTD_freeCCtx(zstd); }
    void operator()(std::FILE* open) const { std::fclose(open); }
  };
  std::unique_ptr<std::FILE, Free> file;     // none: standard output
  std::unique_ptr<ZSTD_CCtx, Free> context;  // none: plain text
  std::vector<char> out = std::vector<char>(ZSTD_CStreamOutSize());
};

TextWriter::TextWriter(const std::string& path) : path_(path), stream_(std::make_unique<Stream>()) {
  if (path == kStandardStream) return;
  check_ending(path);
  target_ = behind_links(path);
  check_target(path, target_);
  partial_ = fmt::format("{}.partial-{}", target_, getpid());
  stream_->file.reset(std::fopen(partial_.c_str(), "wb"));
  if (!stream_->file) fail(errno);
  if (!path_.ends_with(".zst")) return;
  stream_->context.reset(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(stream_->context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(stream_->context.get(), ZSTD_c_checksumFlag, 1);
}

TextWriter::~TextWriter() {
  if (stream_->file) std::remove(partial_.c_str());
}

void TextWriter::fail(int error) {
  const auto name = is_standard_output() && path_ == kStandardStream ? "standard output" : path_;
  throw file_error(name, fmt::format("cannot be written: {}", std::strerror(error)));
}

void TextWriter::write(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kPending && !is_standard_output()) flush(false);
}

void TextWriter::put(const char* bytes, std::size_t count) {
  std::FILE* const file = is_standard_output() ? stdout : stream_->file.get();
  if (error_ == 0 && std::fwrite(bytes, 1, count, file) != count) error_ = errno;
}

void TextWriter::flush(bool last) {
  if (!stream_->context) {
    put(pending_.data(), pending_.size());
  } else {
    ZSTD_inBuffer in{pending_.data(), pending_.size(), 0};
    std::size_t rest = 1;
    while (last ? rest != 0 : in.pos < in.size) {
      ZSTD_outBuffer out{stream_->out.data(), stream_->out.size(), 0};
      rest = ZSTD_compressStream2(stream_->context.get(), &out, &in,
                                  last ? ZSTD_e_end : ZSTD_e_continue);
      put(stream_->out.data(), out.pos);
    }
  }
  pending_.clear();
}

void TextWriter::commit() {
  flush(true);
  if (is_standard_output()) {
    if (error_ == 0 && std::fflush(stdout) != 0) error_ = errno;
    if (error_ != 0) fail(error_);
    return;
  }
  if (std::fclose(stream_->file.release()) != 0 && error_ == 0) error_ = errno;
  if (error_ == 0 && std::rename(partial_.c_str(), target_.c_str()) != 0) error_ = errno;
  if (error_ == 0) return;
  std::remove(partial_.c_str());
  fail(error_);
}

}  // namespace faultpath::scenarios
