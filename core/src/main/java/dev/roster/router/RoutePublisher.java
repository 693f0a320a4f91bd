package dev.roster.router;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A router's changes for the standard library's subscribers. */
final class RoutePublisher implements Flow.Publisher<RoutesChanged> {
    private final Router router;

    RoutePublisher(Router router) {
        this.router = router;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super RoutesChanged> subscriber) {
        Subscription subscription = new Subscription(subscriber, router.changes());
        Thread.ofVirtual().name("roster-routes").start(subscription::run);
    }

    /** One subscriber: a thread that reads on when there is demand. */
    private static final class Subscription implements Flow.Subscription {
        private final Flow.Subscriber<? super RoutesChanged> subscriber;
        private final RouteChanges changes;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition demanded = lock.newCondition();
        private long demand;
        private boolean isBad;
        private volatile boolean cancelled;

        Subscription(Flow.Subscriber<? super RoutesChanged> subscriber, RouteChanges changes) {
            this.subscriber = subscriber;
            this.changes = changes;
        }

        void run() {
            try (changes) {
                subscriber.onSubscribe(this);
                while (awaitDemand() && changes.hasNext() && !cancelled) {
                    subscriber.onNext(changes.next());
                }
                if (isBad()) {
                    subscriber.onError(
                            new IllegalArgumentException("A subscriber asks for one or more."));
                } else if (!cancelled) {
                    subscriber.onComplete();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean isBad() {
            lock.lock();
            try {
                return isBad;
            } finally {
                lock.unlock();
            }
        }

        /** Takes one of what was asked for; false when there is nothing to wait for any more. */
        private boolean awaitDemand() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (demand == 0 && !cancelled && !isBad && !changes.isEnded()) {
                    demanded.awaitNanos(100_000_000);
                }
                if (demand == 0 || cancelled || isBad) {
                    return false;
                }
                demand -= demand == Long.MAX_VALUE ? 0 : 1;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void request(long n) {
            lock.lock();
            try {
                if (n <= 0) {
                    isBad = true;
                } else {
                    demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
                }
                demanded.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            changes.close();
            lock.lock();
            try {
                demanded.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
