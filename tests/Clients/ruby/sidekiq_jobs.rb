# Jobs of Sidekiq's, for the scenario in sidekiq.rb: they note in Redis what was done.
require "sidekiq"

PREFIX = "sidekiq:done:"
Sidekiq.configure_server { |config| config.redis = {url: ENV.fetch("REDIS_URL")} }
Sidekiq.configure_client { |config| config.redis = {url: ENV.fetch("REDIS_URL")} }
# Polls for jobs that are due several times a second, instead of every 15 s.
Sidekiq.options[:poll_interval_average] = 0.1 if Sidekiq.server?

class CountJob
  include Sidekiq::Worker

  def perform(n)
    Sidekiq.redis { |r| r.hincrby("#{PREFIX}counts", n, 1) }
  end
end

class LateJob
  include Sidekiq::Worker

  def perform(n)
    Sidekiq.redis { |r| r.hset("#{PREFIX}late", n, Time.now.to_f) }
  end
end

# Fails twice, then passes. Retries are scheduled in a sorted set, which a script takes them from.
class FlakyJob
  include Sidekiq::Worker
  sidekiq_options retry: 5
  sidekiq_retry_in { 1 }

  def perform(n)
    attempt = Sidekiq.redis { |r| r.hincrby("#{PREFIX}attempts", n, 1) }
    raise "attempt #{attempt} of #{n}" if attempt < 3
  end
end

class HopelessJob
  include Sidekiq::Worker
  sidekiq_options retry: 0, dead: true

  def perform
    raise "hopeless"
  end
end
