// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/expiry_order.h"

#include <iterator>

namespace cachestore {

bool ExpiryOrder::StartsRun(int64_t expiry_nanos, uint32_t sequence) const {
  return by_end_.empty() || Moment{expiry_nanos, sequence} < by_end_.begin()->moment;
}

void ExpiryOrder::Add(uint32_t ref, uint32_t sequence) {
  if (sequence == next_sequence_) ++next_sequence_;
  Entry& entry = entries_[ref];
  entry.link.sequence = sequence;
  const Moment moment = {entry.expiry_nanos, sequence};

  // Most often the run that ends last takes it, and always if there is one TTL.
  auto later = by_end_.end();
  if (!by_end_.empty() && moment < std::prev(later)->moment)
    later = by_end_.upper_bound({moment, 0});
  if (later == by_end_.begin()) {
    const uint32_t run = StartRun(ref);
    entry.link.before = entry.link.after = kEnd | run;
    return;
  }
  // The run ends later now, but still before the next one: its place in the set is the same.
  const Place& place = *std::prev(later);
  Run& run = runs_[place.run];
  place.moment = run.end = moment;
  entry.link.before = run.last;
  entry.link.after = kEnd | place.run;
  entries_[run.last].link.after = ref;
  run.last = ref;
}

void ExpiryOrder::Remove(uint32_t ref) {
  const Entry::Link link = entries_[ref].link;
  const bool is_first = (link.before & kEnd) != 0;
  const bool is_last = (link.after & kEnd) != 0;
  if (is_first && is_last) return EndRun(link.before & ~kEnd);
  if (is_first) {
    SetFirst(link.before & ~kEnd, MomentOf(ref), link.after);
    entries_[link.after].link.before = link.before;
  } else if (is_last) {
    runs_[link.after & ~kEnd].last = link.before;
    entries_[link.before].link.after = link.after;
  } else {
    entries_[link.after].link.before = link.before;
    entries_[link.before].link.after = link.after;
  }
}

void ExpiryOrder::Moved(uint32_t to) {
  const Entry::Link link = entries_[to].link;
  ((link.before & kEnd) != 0 ? runs_[link.before & ~kEnd].first
                             : entries_[link.before].link.after) = to;
  ((link.after & kEnd) != 0 ? runs_[link.after & ~kEnd].last : entries_[link.after].link.before) =
      to;
}

uint32_t ExpiryOrder::StartRun(uint32_t ref) {
  const uint32_t run = runs_.size();
  const Moment moment = MomentOf(ref);
  runs_.PushBack() = {ref, ref, moment};
  by_first_.insert({moment, run});
  by_end_.insert({moment, run});
  return run;
}

void ExpiryOrder::EndRun(uint32_t run) {
  by_first_.erase({MomentOf(runs_[run].first), 0});
  by_end_.erase({runs_[run].end, 0});
  if (run != runs_.size() - 1) MoveLastRunTo(run);
  runs_.PopBack();
}

// Four places know a run by its number: its two ends, and the two sets.
void ExpiryOrder::MoveLastRunTo(uint32_t to) {
  const Run run = runs_[to] = runs_[runs_.size() - 1];
  entries_[run.first].link.before = entries_[run.last].link.after = kEnd | to;
  by_first_.find({MomentOf(run.first), 0})->run = to;
  by_end_.find({run.end, 0})->run = to;
}

void ExpiryOrder::SetFirst(uint32_t run, Moment old_moment, uint32_t first) {
  runs_[run].first = first;
  const Moment moment = MomentOf(first);
  // Most often it is the earliest entry that goes.
  auto place = by_first_.begin();
  if (place->run != run) place = by_first_.find({old_moment, 0});
  if (run_count() == 1 || std::next(place) == by_first_.end() ||
      moment < std::next(place)->moment) {
    place->moment = moment;  // In the same place, most often.
    return;
  }
  by_first_.erase(place);
  by_first_.insert({moment, run});
}

}  // namespace cachestore
