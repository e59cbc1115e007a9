// The hold model on the bare heap: what the calendar is measured against.
#include "bench/bare_heap.hpp"
#include "bench/hold_model.hpp"

namespace {

using faultpath::bench::BareHeap;
using faultpath::bench::HoldModel;

struct Hold {
  HoldModel& model;
  BareHeap heap;
  std::uint64_t now = 0;

  static void fire(void* hold) {
    auto& self = *static_cast<Hold*>(hold);
    self.heap.push(self.now + self.model.fire(self.now), {&fire, hold});
  }
};

}  // namespace

int main(int argc, char** argv) {
  HoldModel model("bare heap", argc, argv);
  Hold hold{model, BareHeap(model.pending())};
  for (std::uint64_t i = 0; i < model.pending(); ++i) {
    hold.heap.push(model.first_date(), {&Hold::fire, &hold});
  }
  for (;;) {
    const BareHeap::Handler handler = hold.heap.pop(hold.now);
    handler.fire(handler.target);
  }
}
