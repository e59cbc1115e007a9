// The counter-based generator behind a random stream.
#include "sim/random.hpp"

#include <Random123/threefry.h>

namespace faultpath::sim {

RandomStream::RandomStream(const StreamKey& key)
    : key_{key.seed, key.replication, stable_hash(key.component), stable_hash(key.purpose)} {}

void RandomStream::refill() {
  const r123::Threefry4x64::ctr_type counter{{counter_++, 0, 0, 0}};
  const r123::Threefry4x64::key_type key{{key_[0], key_[1], key_[2], key_[3]}};
  const auto block = r123::Threefry4x64{}(counter, key);
  block_ = {block[0], block[1], block[2], block[3]};
  used_ = 0;
}

}  // namespace faultpath::sim
