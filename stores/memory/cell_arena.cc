// SPDX-License-Identifier: Apache-2.0
#include "stores/memory/cell_arena.h"

namespace cachestore {

uint32_t CellArena::Allocate(Class cells) {
  End& end = last_[cells];
  if (end.end_bytes + CellBytes(cells) > kChunkBytes) {
    const uint32_t chunk = TakeChunk();
    next_chunk_[chunk] = end.chunk;
    end = {.chunk = chunk, .end_bytes = 0};
  }
  const uint32_t ref = RefOf(end.chunk, end.end_bytes);
  end.end_bytes += CellBytes(cells);
  return ref;
}

void CellArena::FreeLast(Class cells) {
  End& end = last_[cells];
  end.end_bytes -= CellBytes(cells);
  if (end.end_bytes > 0) return;
  const uint32_t empty = end.chunk;
  end = {.chunk = next_chunk_[empty], .end_bytes = static_cast<uint32_t>(FullBytes(cells))};
  if (end.chunk == kNone) end = End();
  FreeChunk(empty);
}

uint32_t CellArena::TakeChunk() {
  if (resident_.count > 0) return Pop(resident_);
  if (given_back_.count > 0) return Pop(given_back_);
  next_chunk_.PushBack();
  return next_chunk_.size() - 1;
}

void CellArena::FreeChunk(uint32_t chunk) {
  constexpr uint32_t kMinResident = 8;
  Push(resident_, chunk);
  const uint32_t in_use = next_chunk_.size() - resident_.count - given_back_.count;
  while (resident_.count > kMinResident + in_use / 16) {
    const uint32_t spare = Pop(resident_);
    memory_.GiveBack(spare * kChunkBytes, kChunkBytes);
    Push(given_back_, spare);
  }
}

void CellArena::Push(FreeChunks& chunks, uint32_t chunk) {
  next_chunk_[chunk] = chunks.last;
  chunks.last = chunk;
  ++chunks.count;
}

uint32_t CellArena::Pop(FreeChunks& chunks) {
  const uint32_t chunk = chunks.last;
  chunks.last = next_chunk_[chunk];
  --chunks.count;
  return chunk;
}

}  // namespace cachestore
