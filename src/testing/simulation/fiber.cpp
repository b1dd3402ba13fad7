#include "testing/simulation/fiber.hpp"

#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <stdexcept>
#include <sys/mman.h>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KCPP_UNDER_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define KCPP_UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define KCPP_UNDER_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define KCPP_UNDER_TSAN 1
#endif

#ifdef KCPP_UNDER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef KCPP_UNDER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace kcpp::testing {

namespace {

// Sanitizers make frames several times as large. Memory that is not touched costs nothing.
constexpr std::size_t stack_bytes = 1024 * 1024;

fiber* running = nullptr;

} // namespace

fiber* fiber::current() noexcept {
    return running;
}

fiber::fiber(std::function<void()> body) : body_(std::move(body)) {
    stack_ = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack_ == MAP_FAILED) throw std::bad_alloc();
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_;
    context_.uc_stack.ss_size = stack_bytes;
    context_.uc_link = nullptr;
    makecontext(&context_, &fiber::enter, 0);
#ifdef KCPP_UNDER_TSAN
    thread_fiber_ = __tsan_create_fiber(0);
#endif
}

fiber::~fiber() {
    if (!ended_) {
        std::fputs("kcpp simulation: a simulated thread was destroyed before it ended\n", stderr);
        std::abort();
    }
#ifdef KCPP_UNDER_TSAN
    __tsan_destroy_fiber(thread_fiber_);
#endif
    munmap(stack_, stack_bytes);
}

void fiber::swap_exceptions() noexcept {
    // The layout of __cxa_eh_globals is fixed by the Itanium C++ ABI; its definition is in no
    // header.
    auto* now = reinterpret_cast<exception_state*>(abi::__cxa_get_globals());
    std::swap(*now, exceptions_);
}

void fiber::resume() {
    if (running != nullptr) throw std::logic_error("a fiber cannot resume another");
    running = this;
    swap_exceptions();
#ifdef KCPP_UNDER_TSAN
    thread_caller_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(thread_fiber_, 0);
#endif
#ifdef KCPP_UNDER_ASAN
    __sanitizer_start_switch_fiber(&caller_fake_stack_, stack_, stack_bytes);
#endif
    swapcontext(&caller_, &context_);
#ifdef KCPP_UNDER_ASAN
    __sanitizer_finish_switch_fiber(caller_fake_stack_, nullptr, nullptr);
#endif
    swap_exceptions();
    running = nullptr;
}

void fiber::yield() {
    fiber* self = running;
#ifdef KCPP_UNDER_TSAN
    __tsan_switch_to_fiber(self->thread_caller_, 0);
#endif
#ifdef KCPP_UNDER_ASAN
    // An ended fiber gives its fake stack back.
    __sanitizer_start_switch_fiber(self->ended_ ? nullptr : &self->own_fake_stack_,
                                   self->caller_bottom_, self->caller_size_);
#endif
    swapcontext(&self->context_, &self->caller_);
#ifdef KCPP_UNDER_ASAN
    __sanitizer_finish_switch_fiber(self->own_fake_stack_, &self->caller_bottom_,
                                    &self->caller_size_);
#endif
}

void fiber::enter() {
    fiber* self = running;
#ifdef KCPP_UNDER_ASAN
    __sanitizer_finish_switch_fiber(nullptr, &self->caller_bottom_, &self->caller_size_);
#endif
    self->run();
    yield();
}

void fiber::run() {
    try {
        body_();
    } catch (...) {
        failure_ = std::current_exception();
    }
    body_ = nullptr;
    ended_ = true;
}

} // namespace kcpp::testing
