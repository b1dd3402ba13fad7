#pragma once

// Asio 1.22 decides how it allocates by what the standard library's headers have said by then.
// Without one before it, a source file frees with operator delete what another took from
// aligned_alloc.
#include <cstddef>
