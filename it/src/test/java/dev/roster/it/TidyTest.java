package dev.roster.it;

import org.junit.jupiter.api.Test;

final class TidyTest {
    @Test
    void placeholder() {}
}
