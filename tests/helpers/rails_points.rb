# frozen_string_literal: true

# Ends hookrun, the driver, or both at every point of a switch with work, and
# looks at what the next command finds and does.
#
#   ruby rails_points.rb HOOKRUN FOLDER FROM TO STEP PHASE [MODE...]
#
# started in the application's folder, on the branch TO with a database of FROM;
# 3 and 4 must be open, since Ruby takes what is free for itself.  FOLDER is for
# what this writes.  Each STEP-th point is taken, from PHASE on, 1 and 0 for all.
# A MODE says who is killed: driver, hookrun, both; or, at hookrun's own changes of
# the disk and its git commands' (fault.c, of which FAULT_SO is the library):
# killall, hookrun and who makes the call; kill, only that.  Prints a TAP line for
# each.
#
# A start of Rails is dear, so there is one: the application is loaded here, and
# `ruby -rbundler/setup DRIVER` is a small shell script that lends its descriptors,
# environment and folder to a fork of this.  It takes the signals of who started
# it, and dies with it, as the real one does.
#
# A point is what the fork is about to do or has just done: a line for hookrun, a
# statement for the database, a change of a file.  There it stops until it is
# killed, so that no clock decides what happened before.

require "fileutils"
require "json"
require "open3"

MARKERS = /precious-\w+/.freeze
# Where most depends on the order of things: taken always.
CLOSE = /commit|rename|fsync|line (?:kept|finished|done)/i.freeze

# ---- the fork that is stopped --------------------------------------------------

module Point
  class << self
    attr_accessor :at, :log, :inside

    def pass(label)
      return if at.nil? || inside
      @count = @count.to_i + 1
      log.syswrite("#{@count} #{label.tr("\n", " ")}\n")
      return unless @count == at
      log.syswrite("stopped\n")
      sleep
    end

    # Both sides of what is done, and nothing of what it consists of.
    def around(label)
      return yield if at.nil? || inside
      pass("before #{label}")
      self.inside = true
      begin
        result = yield
      ensure
        self.inside = false
      end
      pass("after #{label}")
      result
    end

    # What only reads leaves all as it was.
    def statement(sql, &block)
      label = "statement #{sql.to_s[0, 60]}"
      return around(label, &block) unless sql =~ /\A\s*(?:SELECT|SHOW)\b/
      pass("before #{label}")
      yield
    end
  end

  module Lines
    def puts(*lines)
      return super unless fileno == 3
      Point.around("line #{lines.first[/"ev":"(\w+)/, 1]}") { super }
    end

    def fsync
      Point.around("fsync") { super }
    end
  end

  module Files
    %i[rename delete].each do |name|
      define_method(name) { |*paths| Point.around("#{name} #{File.extname(paths.last)}") { super(*paths) } }
    end
  end

  module Statements
    %i[exec async_exec exec_params async_exec_params exec_prepared async_exec_prepared prepare
       async_prepare].each do |name|
      define_method(name) { |sql, *rest, &block| Point.statement(sql) { super(sql, *rest, &block) } }
    end
  end

  module Prepared
    def prepare(sql, &block)
      Point.pass("before statement #{sql[0, 60]}")
      super
    end
  end

  # Of a statement that has rows only the first counts.
  module Steps
    def step
      return super if @point_passed
      @point_passed = true
      row = super
      Point.pass("after step")
      row
    end
  end

  IO.prepend(Lines)
  File.singleton_class.prepend(Files)
end

# ---- the two databases -----------------------------------------------------------

class Postgres
  SHAPE = <<~SQL
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
           coalesce(column_default, '-') FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef || ' ' || indisvalid FROM pg_indexes
    JOIN pg_index ON indexrelid = indexname::regclass WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1
  SQL
  OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'app_development' AND pid <> pg_backend_pid()"

  def initialize
    require "pg"
    PG::Connection.prepend(Point::Statements)
  end

  def keep
    @home, status = Open3.capture2("pg_dump", "--inserts", "app_development")
    abort "Bail out! no dump" unless status.success?
    @home = @home.gsub(/^\\.*/, "") # words for psql
  end

  # A quarter of the time that a copy of the whole database takes.
  def reset
    connection = PG.connect(dbname: "app_development")
    connection.exec("SET client_min_messages TO warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.exec(@home)
  ensure
    connection&.close
  end

  # A transaction that nobody will end any more is ended by the server.
  def picture
    connection = PG.connect(dbname: "app_development")
    sleep 0.01 until connection.exec(OTHERS).getvalue(0, 0) == "0"
    shape = connection.exec(SHAPE).values.flatten
    tables = connection.exec("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").values.flatten
    { "shape" => shape, "rows" => rows(tables) { |sql| connection.exec(sql).to_a } }
  ensure
    connection&.close
  end

  private

  def rows(tables)
    tables.sort.to_h { |t| [t, yield("SELECT * FROM #{t}").map { |row| row.sort.to_h.to_s }.sort] }
  end
end

class Sqlite
  PATH = "tmp/development.sqlite3"

  def initialize(dir)
    require "sqlite3"
    @dir = dir
    SQLite3::Database.prepend(Point::Prepared)
    SQLite3::Statement.prepend(Point::Steps)
  end

  def keep
    FileUtils.cp(PATH, "#{@dir}/home")
  end

  def reset
    FileUtils.rm_f(Dir["#{PATH}*"])
    FileUtils.cp("#{@dir}/home", PATH)
  end

  # Of a copy: what a killed process has left is for hookrun to find.
  def picture
    Dir["#{@dir}/copy*"].each { |path| File.delete(path) }
    Dir["#{PATH}*"].each { |path| FileUtils.cp(path, "#{@dir}/copy#{path.delete_prefix(PATH)}") }
    db = SQLite3::Database.new("#{@dir}/copy")
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").flatten
    { "shape" => shape(db, tables), "rows" => rows(db, tables) }
  ensure
    db&.close
  end

  private

  def shape(db, tables)
    columns = tables.flat_map { |t| db.execute("PRAGMA table_info(#{t})").map { |c| [t, *c[1..]].join(" ") } }
    indexes = db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").flatten
    (columns + indexes).sort
  end

  def rows(db, tables)
    db.results_as_hash = true
    tables.sort.to_h { |t| [t, db.execute("SELECT * FROM #{t}").map { |row| row.sort.to_h.to_s }.sort] }
  end
end

# ---- one run of hookrun ------------------------------------------------------------

class Run
  attr_reader :status, :text, :stopped, :points, :left

  # Of a mode of fault.c, `point` is the number of a call.
  def initialize(dir, hookrun, args, point, mode)
    @dir = dir
    @fault = mode if mode.to_s.start_with?("kill")
    @point = point unless @fault
    @call = point
    @mode = mode
    @called = File.open("#{dir}/called", File::RDWR | File::NONBLOCK)
    @log_in, @log = IO.pipe
    @points = []
    @pid = start(hookrun, args)
    serve
  end

  private

  def start(hookrun, args)
    environment = { "PATH" => "#{@dir}/bin:#{ENV["PATH"]}" }
    environment.update(fault_environment) if @fault
    Process.spawn(environment, hookrun, *args, %i[out err] => ["#{@dir}/out", "w"], in: "/dev/null", 3 => :close, 4 => :close)
  end

  def fault_environment
    File.write("#{@dir}/state", "\0" * 8192)
    { "LD_PRELOAD" => ENV.fetch("FAULT_SO"), "FAULT_STATE" => "#{@dir}/state", "FAULT_AT" => @call.to_s,
      "FAULT_KIND" => @fault }
  end

  # Where the n-th call was to be the last, whether it came to that; else how
  # many there were.
  def read_calls
    count, _, fired = File.binread("#{@dir}/state").unpack("LLL")
    @points = (1..count).map { |n| "#{n} call" }
    @stopped = "call #{@call}" if fired == 1
  end

  def serve
    until @status && @driver.nil?
      ready, = IO.select([@called, @log_in, CHILDREN], nil, nil, @fault && 0.05)
      end_with_client if ready.nil?
      ready ||= []
      CHILDREN.read_nonblock(100, exception: false) if ready.include?(CHILDREN)
      read_log if ready.include?(@log_in)
      fork_driver(Integer(@called.gets)) if ready.include?(@called)
      reap
    end
    read_log
    read_calls if @fault
    @text = File.read("#{@dir}/out")
  ensure
    [@called, @log_in, @log].each(&:close)
  end

  def reap
    while (pid, status = Process.wait2(-1, Process::WNOHANG))
      @status = status if pid == @pid
      next unless pid == @driver
      @driver = nil
      end_client(status)
    end
  rescue Errno::ECHILD
    nil
  end

  # The kernel sees to that with the real one.
  def end_with_client
    Process.kill(:KILL, @driver) if @driver && !alive?(@client)
  end

  # As the driver ended, so does who stands in for it.
  def end_client(status)
    return unless alive?(@client)
    return Process.kill(:KILL, @client) if status.signaled?
    File.open("#{@dir}/ended.#{@client}", "w") { |fifo| fifo.puts status.exitstatus }
  end

  def read_log
    lines = @log_in.read_nonblock(1 << 16, exception: false)
    return unless lines.is_a?(String)
    lines.each_line(chomp: true) { |line| line == "stopped" ? stop : @points << line }
  end

  def stop
    @stopped = @points.last
    driver = @driver
    Process.kill(:KILL, driver) unless @mode == "hookrun"
    Process.kill(:KILL, @pid) unless @mode == "driver"
    return if @mode == "driver"
    # What is left of hookrun ends with it, and so does its driver.
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 60
    sleep 0.005 while alive?(@client) && Process.clock_gettime(Process::CLOCK_MONOTONIC) < deadline
    @left = alive?(@client)
    Process.kill(:KILL, driver) if @mode == "hookrun"
  end

  def alive?(pid)
    File.read("/proc/#{pid}/stat") !~ /\) [ZX]/
  rescue SystemCallError
    false
  end

  def fork_driver(client)
    @client = client
    @driver = fork { drive(client) }
  end

  # The client's descriptors, environment, folder and words.
  def drive(client)
    trap("CLD", "DEFAULT")
    GC.disable # it would touch, and so copy, all memory
    proc_dir = "/proc/#{client}"
    { 1 => "w", 2 => "w", 3 => "w", 4 => "r" }.each do |fd, how|
      IO.for_fd(fd, how, autoclose: false).reopen(File.open("#{proc_dir}/fd/#{fd}", how))
    end
    ENV.replace(File.binread("#{proc_dir}/environ").split("\0").to_h { |entry| entry.split("=", 2) })
    Dir.chdir(File.readlink("#{proc_dir}/cwd"))
    driver = File.binread("#{proc_dir}/cmdline").split("\0").last
    @log_in.close
    Point.log = @log
    Point.at = @point
    load driver
  end
end

# ---- all of them --------------------------------------------------------------------

class Sweep
  def initialize(hookrun, dir, from, to)
    @hookrun = hookrun
    @dir = dir
    @from = from
    @to = to
    @database = File.exist?(Sqlite::PATH) ? Sqlite.new(dir) : Postgres.new
    @bad = 0
    prepare
  end

  # Without an end, and what it comes to.
  def whole
    @before = @database.picture
    run = switch(0, "none")
    abort "Bail out! the switch fails:\n#{run.text}" unless run.status.success?
    @after = @database.picture
    @points = run.points
    @markers = @before.to_s.scan(MARKERS).uniq
    puts "# #{@points.size} points, #{@markers.size} values that must not be lost"
    lost = @markers - @after.to_s.scan(MARKERS)
    abort "Bail out! the switch loses nothing" if lost.empty?
  end

  def kill(mode, step, phase)
    points = mode.start_with?("kill") ? calls : @points
    taken = (1..points.size).select { |at| (at + phase) % step == 0 || points[at - 1] =~ CLOSE }
    seen = taken.count { |at| one(mode, at) }
    puts "#{@bad.zero? && seen.positive? ? "ok" : "not ok"} - #{mode}: #{seen} points of #{points.size}"
    @bad = 0
  end

  private

  def calls
    reset
    switch(0, "kill").points
  end

  def prepare
    FileUtils.mkdir_p("#{@dir}/bin")
    File.mkfifo("#{@dir}/called")
    File.write("#{@dir}/bin/ruby", <<~SH)
      #!/bin/sh
      [ "$1" = -rbundler/setup ] || exec #{RbConfig.ruby} "$@"
      mkfifo "#{@dir}/ended.$$"
      (echo $$ > "#{@dir}/called") # elsewhere, so that 1 stays what it is
      read -r status < "#{@dir}/ended.$$"
      exit "$status"
    SH
    File.chmod(0o755, "#{@dir}/bin/ruby")
    @database.keep
    FileUtils.cp_r(".git/hookrun", "#{@dir}/memory")
    FileUtils.cp_r(".git/refs", "#{@dir}/refs")
  end

  def run(*args, point: nil, mode: nil)
    Run.new(@dir, @hookrun, args, point, mode)
  end

  def switch(point, mode)
    run("run", "post-checkout", "--", @from, @to, "1", point: point, mode: mode)
  end

  def reset
    @database.reset
    FileUtils.rm_rf([".git/hookrun", ".git/refs", *Dir["#{@dir}/ended.*"]])
    FileUtils.cp_r("#{@dir}/memory", ".git/hookrun", preserve: true)
    FileUtils.cp_r("#{@dir}/refs", ".git/refs", preserve: true)
  end

  def one(mode, at)
    reset
    ended = switch(at, mode)
    return complain("#{mode} at #{at}", ["was never there"], ended) unless ended.stopped
    faults = faults_after(ended, mode)
    complain("#{mode}, #{ended.stopped}", faults, ended) if faults.any?
    true
  end

  def complain(what, faults, ended)
    @bad += 1
    faults.each { |fault| puts "# #{what}: #{fault}" }
    ended.text.each_line { |line| puts "#   | #{line}" }
    false
  end

  def faults_after(ended, mode)
    now = @database.picture
    faults = []
    faults << "something of it is still there" if ended.left
    faults << "lost: #{missing(now)}" if missing(now).any?
    faults << "neither tree: #{difference(now)}" unless state_of(now)
    faults << "it says what is not true, it is #{state_of(now)}" unless mode != "driver" || true?(ended.text, now)
    faults + faults_of_plan(now) + faults_of_next
  end

  def state_of(now)
    return :before if now == @before
    :after if now == @after
  end

  def difference(now)
    { "shape" => now["shape"] - @before["shape"], "gone" => @before["shape"] - now["shape"] }
  end

  def kept_ids
    Dir[".git/hookrun/db/kept/*.kept"].map { |path| File.basename(path, ".kept") }
  end

  # What is neither in the database nor in a file.
  def missing(now)
    kept = kept_ids.map { |id| File.read(".git/hookrun/db/kept/#{id}.kept") }.join
    @markers - (now.to_s + kept).scan(MARKERS)
  end

  def true?(text, now)
    return state_of(now) == :before if text.include?("the database is as it was before")
    return state_of(now) == :after if text.include?("all of it was done, and committed")
    return false unless kept_ids.all? { |id| text.include?("hookrun db restore #{id}") }
    listed = text[/done before that, and kept:\n.*/m].to_s.scan(/[↓↑] (\d{14})_/).flatten
    !listed.empty? && listed.sort == difference_of(versions(@before), versions(now))
  end

  def difference_of(one, other)
    ((one - other) | (other - one)).sort
  end

  def versions(picture)
    picture["rows"]["schema_migrations"].map { |row| row[/\d{4,}/] }
  end

  # The next command names what is to be done, no more and no less.
  def faults_of_plan(now)
    plan = run("migrate", "--plan").text
    named = plan.scan(/[↓↑↻] (\d{14}) /).flatten.sort
    wanted = difference_of(versions(now), versions(@after))
    named == wanted ? [] : ["the plan names #{named}, not #{wanted}: #{plan}"]
  end

  def faults_of_next
    run = run("sync")
    now = @database.picture
    faults = []
    faults << "the next command fails: #{run.text}" unless run.status.success?
    faults << "the next command leaves #{difference(now)}" unless now == @after
    faults << "lost after the next command: #{missing(now)}" if missing(now).any?
    faults
  end
end

hookrun, dir, from, to, step, phase, *modes = ARGV
step = Integer(step)
$stdout.sync = true
CHILDREN, woken = IO.pipe
trap("CLD") { woken.write_nonblock(".", exception: false) }
require File.join(Dir.pwd, "config", "environment")
sweep = Sweep.new(hookrun, dir, from, to)
sweep.whole
modes.each_with_index { |mode, i| sweep.kill(mode, step, Integer(phase) + step * i / modes.size) }
