#pragma once

#include "test_bytes.hpp"

#include <string_view>
#include <vector>

/// Bytes that Kafka's own classes wrote (kafka-clients 4.4.0), with the records in them. All at
/// 1700000000000 ms but where said.
namespace kcpp::record::test {

inline constexpr std::int64_t golden_time = 1700000000000;

struct golden {
    std::string_view name;
    std::string_view hex;
    std::vector<test_record> records;
};

inline std::vector<golden> golden_batches() {
    const std::string long_value(50, 'v');
    const test_record k_v{0, golden_time, "k", "v", {}};
    const std::vector<test_record> compressed{{0, golden_time, "k", long_value, {}}};
    const std::vector<test_record> format_0{{0, -1, "k", "v", {}}, {1, -1, "k", "w", {}}};
    const std::vector<test_record> format_1{k_v, {1, golden_time + 1, "k", "w", {}}};
    return {
        {"v2 plain",
         "00000000000000000000003affffffff02e99b8dd80000000000000000018bcfe568000000018bcfe56800fff"
         "fffffffffffffffffff"
         "ffffff0000000110000000026b027600",
         {k_v}},
        {"v2 with nulls and headers",
         "00000000000000070000005600000005021a6e04ea0000000000020000018bcfe568000000018bcfe56803fff"
         "fffffffffffffffff"
         "ffffffff0000000324000000046b31047631040268040102026e0110000602010476320010000204046b33010"
         "0",
         {{7, golden_time, "k1", "v1", {{"h", "\x01\x02"}, {"n", {}}}},
          {8, golden_time + 3, {}, "v2", {}},
          {9, golden_time + 1, "k3", {}, {}}}},
        {"v2 transactional",
         "00000000000000000000003a0000000102164cae4e0010000000000000018bcfe568000000018bcfe56800000"
         "00000000012670003"
         "0000002a0000000110000000026b027600",
         {k_v}},
        {"v2 gzip",
         "000000000000000000000050ffffffff020ef5b11f0001000000000000018bcfe568000000018bcfe56800fff"
         "fffffffffffffffff"
         "ffffffff000000011f8b08000000000000ff2b62606060ca4e292319300000629e93303a000000",
         compressed},
        {"v2 snappy",
         "000000000000000000000054ffffffff0283b261f10002000000000000018bcfe568000000018bcfe56800fff"
         "fffffffffffffffff"
         "ffffffff0000000182534e415050590000000001000000010000000f3a1c72000000026b6476c201000000",
         compressed},
        {"v2 lz4",
         "000000000000000000000052ffffffff02d4d103350003000000000000018bcfe568000000018bcfe56800fff"
         "fffffffffffffffff"
         "ffffffff0000000104224d18604082120000008f72000000026b647601001a50767676760000000000",
         compressed},
        {"v2 zstd",
         "00000000000000000000004cffffffff02759208160004000000000000018bcfe568000000018bcfe56800fff"
         "fffffffffffffffff"
         "ffffffff0000000128b52ffd00587c00004872000000026b647600010046800b010000",
         compressed},
        {"v0 plain",
         "0000000000000000000000101fecd70a0000000000016b000000017600000000000000010000001068ebe79c0"
         "000000000016b0000"
         "000177",
         format_0},
        {"v0 gzip",
         "00000000000000010000003ddb2eee800001ffffffff0000002f1f8b08000000000000ff6360800301f937d7b"
         "9c02cc66c10510615"
         "6704c965bc7e3e0749ae1c002f929a2c38000000",
         format_0},
        {"v0 lz4 with Kafka's wrong header checksum",
         "00000000000000010000004a8cb1f3d90003ffffffff0000003c04224d1860401a2d0000001600010051101fe"
         "cd70a0f0071016b00"
         "000001760c00b00000010000001068ebe79c0d008000016b000000017700000000",
         format_0},
        {"v1 plain",
         "00000000000000000000001839268c3301000000018bcfe56800000000016b000000017600000000000000010"
         "00000188faf636501"
         "000000018bcfe56801000000016b0000000177",
         format_1},
        {"v1 gzip",
         "000000000000000100000050582359db01010000018bcfe56801ffffffff0000003a1f8b08000000000000ff6"
         "3608003094bb51e63"
         "462083b1fbfcd30c90086336882883ca83a424fad727a7c2d530c2d59403001f8708c848000000",
         format_1},
        {"v1 lz4",
         "00000000000000010000005d9e040bb201030000018bcfe56801ffffffff0000004704224d186040823800000"
         "016000100e0183926"
         "8c3301000000018bcfe568180020016b0e0010760b0000090085000000188faf63652400b001000000016b000"
         "000017700000000",
         format_1},
    };
}

inline byte_vector golden_bytes(std::string_view name) {
    for (const golden& g : golden_batches())
        if (g.name == name) return from_hex(g.hex);
    return {};
}

} // namespace kcpp::record::test
