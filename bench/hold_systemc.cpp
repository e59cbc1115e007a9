// The hold model in SystemC: methods, each sensitive to an event of its own, which it notifies.
// With next_trigger() instead they are slower with up to 100 pending and as fast with more; threads
// take twice as long.
#include <systemc>

#include "bench/hold_model.hpp"

namespace {

using faultpath::bench::HoldModel;

class Hold : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Hold);
  Hold(sc_core::sc_module_name name, HoldModel& model) : sc_module(name), model_(model) {
    SC_METHOD(fire);
    sensitive << next_;
    dont_initialize();
    next_.notify(sc_core::sc_time::from_value(model.first_date()));
  }

 private:
  void fire() {
    const std::uint64_t delay = model_.fire(sc_core::sc_time_stamp().value());
    next_.notify(sc_core::sc_time::from_value(delay));
  }

  HoldModel& model_;
  sc_core::sc_event next_;
};

}  // namespace

int sc_main(int argc, char** argv) {
  HoldModel model("SystemC", argc, argv);
  sc_core::sc_vector<Hold> holds("holds");
  holds.init(model.pending(), [&](const char* name, std::size_t) { return new Hold(name, model); });
  sc_core::sc_start();
  return 0;
}
