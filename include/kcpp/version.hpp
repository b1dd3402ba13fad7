#pragma once

/// The version of kcpp. Brokers see it as the client's software version (KIP-511).
#define KCPP_VERSION_MAJOR 0
#define KCPP_VERSION_MINOR 1
#define KCPP_VERSION_PATCH 0
#define KCPP_VERSION "0.1.0"
