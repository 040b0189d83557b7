/* What a core reads at most: sums of a piece of memory, in one ascending stream and in four. For GemvBench. */
#include <stdint.h>

typedef uint64_t line __attribute__((vector_size(64), aligned(64)));

static uint64_t total(line a) {
    uint64_t sum = 0;
    for (int i = 0; i < 8; i++) sum += a[i];
    return sum;
}

uint64_t one_stream(const line *p, uint64_t lines) {
    line a = {0}, b = {0}, c = {0}, d = {0};
    for (uint64_t i = 0; i + 4 <= lines; i += 4) {
        a += p[i];
        b += p[i + 1];
        c += p[i + 2];
        d += p[i + 3];
    }
    return total(a + b + c + d);
}

uint64_t four_streams(const line *p, uint64_t lines) {
    line a = {0}, b = {0}, c = {0}, d = {0};
    uint64_t quarter = lines / 4;
    for (uint64_t i = 0; i < quarter; i++) {
        a += p[i];
        b += p[quarter + i];
        c += p[2 * quarter + i];
        d += p[3 * quarter + i];
    }
    return total(a + b + c + d);
}
