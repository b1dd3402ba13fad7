/// The embedded cluster where README's programs look for one, until this program's input ends.

#include <kcpp/testing/embedded_cluster.hpp>

#include <iostream>

int main() {
    kcpp::testing::embedded_cluster cluster({.ports = {9092}});
    std::cout << cluster.bootstrap_servers() << std::endl;
    std::cin.get();
}
