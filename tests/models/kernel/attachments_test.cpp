// Attachments: found by function and PASID, and gone when they are detached.
#include "models/kernel/attachments.hpp"

#include <gtest/gtest.h>

#include "models/memory/mapped_process.hpp"
#include "models/memory/page_store.hpp"

namespace faultpath::models {
namespace {

class AttachmentsTest : public testing::Test {
 protected:
  static constexpr Originator kFunction{DeviceIndex{1}};
  static constexpr Originator kPasid{DeviceIndex{1}, Pasid{7}};

  const IoPageTable* table_of(const Originator& who) const {
    const Attachment* const found = attachments.find(who);
    return found == nullptr ? nullptr : found->table;
  }

  PageStore store;
  MappedProcess first_process{store, "first", 0, Runs(0, 8), {}};
  IoPageTable& first = first_process.table;
  MappedProcess second_process{store, "second", 1, Runs(0, 8), {}};
  IoPageTable& second = second_process.table;
  Attachments attachments;
};

TEST_F(AttachmentsTest, AFunctionAndEachOfItsPasidsHaveTheirOwn) {
  attachments.attach(kFunction, {.table = &first});
  attachments.attach(kPasid, {.table = &second});
  EXPECT_EQ(table_of(kFunction), &first);
  EXPECT_EQ(table_of(kPasid), &second);
  EXPECT_EQ(table_of({DeviceIndex{1}, Pasid{8}}), nullptr);
}

TEST_F(AttachmentsTest, FunctionsDoNotShareThem) {
  attachments.attach(kFunction, {.table = &first});
  EXPECT_EQ(table_of({DeviceIndex{0}}), nullptr);
  EXPECT_EQ(table_of({DeviceIndex{2}}), nullptr);
  EXPECT_EQ(attachments.first_of(DeviceIndex{0}), nullptr);
}

TEST_F(AttachmentsTest, WhatIsDetachedIsNotFoundAndMayBeAttachedAnew) {
  attachments.attach(kPasid, {.table = &first});
  attachments.detach(kPasid);
  EXPECT_EQ(table_of(kPasid), nullptr);
  attachments.attach(kPasid, {.table = &second});
  EXPECT_EQ(table_of(kPasid), &second);
}

TEST_F(AttachmentsTest, TheFirstIsTheOldestOfTheFunction) {
  attachments.attach(kPasid, {.table = &second});
  attachments.attach(kFunction, {.table = &first});
  EXPECT_EQ(attachments.first_of(DeviceIndex{1})->table, &second);
  attachments.detach(kPasid);
  EXPECT_EQ(attachments.first_of(DeviceIndex{1})->table, &first);
}

using AttachmentsDeathTest = AttachmentsTest;

TEST_F(AttachmentsDeathTest, OneAtATime) {
  attachments.attach(kPasid, {.table = &first});
  EXPECT_DEATH(attachments.attach(kPasid, {.table = &second}), "one attachment");
}

TEST_F(AttachmentsDeathTest, OnlyWhatIsAttachedIsDetached) {
  EXPECT_DEATH(attachments.detach(kPasid), "only what is attached");
}

}  // namespace
}  // namespace faultpath::models
