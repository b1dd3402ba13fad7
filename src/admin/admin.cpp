#include "admin/core.hpp"

#include <kcpp/admin.hpp>

namespace kcpp {

admin::admin(client& shared) : core_(std::make_shared<administration::core>(shared.core())) {}

admin::admin(client_options connection)
    : core_(std::make_shared<administration::core>(client(std::move(connection)).core())) {}

admin::admin(admin&&) noexcept = default;
admin& admin::operator=(admin&&) noexcept = default;
admin::~admin() = default;

} // namespace kcpp
