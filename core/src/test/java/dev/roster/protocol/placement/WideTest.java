package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WideTest {

    @Test
    void products_of_any_size_are_divided_exactly() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 20_000; round++) {
            long a = anyAmount(random);
            long b = anyAmount(random);
            long divisor = 1 + Math.min(anyAmount(random), Wide.LIMIT - 1);
            BigInteger[] exact =
                    BigInteger.valueOf(a)
                            .multiply(BigInteger.valueOf(b))
                            .divideAndRemainder(BigInteger.valueOf(divisor));

            long quotient = Wide.multiplyDivide(a, b, divisor);

            assertThat(quotient).isEqualTo(limited(exact[0]));
            if (quotient < Wide.LIMIT) {
                assertThat(Wide.remainder(a, b, divisor, quotient)).isEqualTo(exact[1].longValue());
            }
            assertThat(Wide.multiplyDivideUp(a, b, divisor))
                    .isEqualTo(limited(exact[0].add(BigInteger.valueOf(exact[1].signum()))));
        }
    }

    @Test
    void products_of_any_size_are_compared_exactly() {
        var random = new SplittableRandom(2);
        for (int round = 0; round < 20_000; round++) {
            long a = anyAmount(random);
            long b = anyAmount(random);
            long c = round % 3 == 0 ? b : anyAmount(random);
            long d = round % 3 == 0 ? a + random.nextInt(2) : anyAmount(random);
            int exact =
                    BigInteger.valueOf(a)
                            .multiply(BigInteger.valueOf(b))
                            .compareTo(BigInteger.valueOf(c).multiply(BigInteger.valueOf(d)));

            assertThat(Integer.signum(Wide.compareProducts(a, b, c, d))).isEqualTo(exact);
        }
    }

    private static long anyAmount(SplittableRandom random) {
        return random.nextLong(1L << random.nextInt(62));
    }

    private static long limited(BigInteger amount) {
        return amount.min(BigInteger.valueOf(Wide.LIMIT)).longValueExact();
    }
}
