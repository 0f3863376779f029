// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/expiry_order.h"

#include <iterator>

namespace cachestore {

bool ExpiryOrder::StartsRun(int64_t expiry_nanos, uint32_t sequence) const {
  return by_end_.empty() || Moment{expiry_nanos, sequence} < by_end_.begin()->moment;
}

void ExpiryOrder::Add(uint32_t id, uint32_t sequence) {
  if (id == links_.size()) links_.PushBack();
  Link& link = links_[id];
  link.sequence = sequence;
  if (sequence == next_sequence_) ++next_sequence_;
  const Moment moment = MomentOf(id);

  const auto later = by_end_.upper_bound({moment, 0});
  if (later == by_end_.begin()) {
    const uint32_t run = StartRun(id);
    link.before = link.after = kEnd | run;
    return;
  }
  // The run ends later now, but still before the next one: its place in the set is the same.
  const Place& place = *std::prev(later);
  Run& run = runs_[place.run];
  place.moment = run.end = moment;
  link.before = run.last;
  link.after = kEnd | place.run;
  links_[run.last].after = id;
  run.last = id;
}

void ExpiryOrder::Remove(uint32_t id) {
  const Link link = links_[id];
  const bool is_first = (link.before & kEnd) != 0;
  const bool is_last = (link.after & kEnd) != 0;
  const uint32_t run = is_first ? link.before & ~kEnd : link.after & ~kEnd;
  if (is_first && is_last) {
    EndRun(run);
    return;
  }
  if (is_first) {
    SetFirst(run, MomentOf(id), link.after);
  } else {
    links_[link.before].after = link.after;
  }
  if (is_last) {
    runs_[run].last = link.before;
  } else {
    links_[link.after].before = link.before;
  }
}

void ExpiryOrder::MoveLastTo(uint32_t to) {
  const uint32_t from = links_.size() - 1;
  if (from != to) {
    const Link link = links_[to] = links_[from];
    if ((link.before & kEnd) != 0) {
      runs_[link.before & ~kEnd].first = to;
    } else {
      links_[link.before].after = to;
    }
    if ((link.after & kEnd) != 0) {
      runs_[link.after & ~kEnd].last = to;
    } else {
      links_[link.after].before = to;
    }
  }
  links_.PopBack();
}

uint32_t ExpiryOrder::StartRun(uint32_t id) {
  const uint32_t run = runs_.size();
  const Moment moment = MomentOf(id);
  runs_.PushBack() = {id, id, moment};
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
  links_[run.first].before = links_[run.last].after = kEnd | to;
  by_first_.find({MomentOf(run.first), 0})->run = to;
  by_end_.find({run.end, 0})->run = to;
}

void ExpiryOrder::SetFirst(uint32_t run, Moment old_moment, uint32_t first) {
  runs_[run].first = first;
  const Moment moment = MomentOf(first);
  const auto place = by_first_.find({old_moment, 0});
  const auto next = std::next(place);
  if (next == by_first_.end() || moment < next->moment) {
    place->moment = moment;  // In the same place: most often, and always if there is one run.
    return;
  }
  by_first_.erase(place);
  by_first_.insert({moment, run});
}

}  // namespace cachestore
