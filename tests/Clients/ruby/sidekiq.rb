# A Sidekiq worker, a process of its own, that does jobs. ruby sidekiq.rb PORT: exit code 1 at the first difference.
require "timeout"

DEADLINE_S = 90
port = Integer(ARGV.fetch(0))
ENV["REDIS_URL"] = "redis://127.0.0.1:#{port}/0"
require_relative "sidekiq_jobs"
require "sidekiq/api"

def redis(&block) = Sidekiq.redis(&block)

# Asks again until the answer is true; the deadline ends what never becomes true.
def wait_until
  sleep 0.02 until yield
end

def same(seen, wanted)
  raise "#{seen.inspect} is not #{wanted.inspect}" unless seen == wanted
end

def check
  count = 100
  Sidekiq::Client.push_bulk("class" => CountJob, "args" => (0...count).map { |n| [n] })
  due = Time.now.to_f + 1
  LateJob.perform_at(due, 1)
  LateJob.perform_in(1000, 2)
  3.times { |n| FlakyJob.perform_async(n) }
  HopelessJob.perform_async
  wait_until { redis { |r| r.hlen("#{PREFIX}counts") } == count }
  wait_until { redis { |r| r.hlen("#{PREFIX}late") } == 1 }
  late = redis { |r| r.hget("#{PREFIX}late", 1) }.to_f
  raise "done #{due - late} s too early" if late < due
  wait_until { redis { |r| r.hvals("#{PREFIX}attempts") } == %w[3 3 3] && Sidekiq::RetrySet.new.size.zero? }
  wait_until { Sidekiq::DeadSet.new.size == 1 }
  wait_until { Sidekiq::Stats.new.enqueued.zero? && Sidekiq::Workers.new.size.zero? }
  # Exactly once: nothing was done twice until all was done.
  same redis { |r| r.hgetall("#{PREFIX}counts") }, (0...count).to_h { |n| [n.to_s, "1"] }
  same redis { |r| r.hgetall("#{PREFIX}attempts") }, {"0" => "3", "1" => "3", "2" => "3"}
  same Sidekiq::ScheduledSet.new.map { |job| job.args }, [[2]]
  same Sidekiq::DeadSet.new.first.item["error_message"], "hopeless"
end

begin
  worker = spawn("sidekiq", "--require", File.join(__dir__, "sidekiq_jobs.rb"), "--concurrency", "5", "--timeout", "5", "--environment", "production",
    in: File::NULL, out: :err)
  Timeout.timeout(DEADLINE_S) { check }
  Process.kill("TERM", worker)
  Process.wait(worker)
  worker = nil
  same $?.exitstatus, 0
  puts "sidekiq worker: ok"
rescue => error
  warn error.full_message(highlight: false)
  exit 1
ensure
  if worker
    Process.kill("KILL", worker)
    Process.wait(worker)
  end
end
