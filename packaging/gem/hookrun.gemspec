# frozen_string_literal: true

# A gem for each system, with the binary in it; pack.sh says which.  Of a gem's
# programs RubyGems makes Ruby scripts: exe/hookrun becomes the binary at once,
# and the hook files name the binary itself.

Gem::Specification.new do |spec|
  spec.name = 'hookrun'
  spec.version = ENV.fetch('HOOKRUN_VERSION')
  spec.platform = ENV.fetch('HOOKRUN_PLATFORM')
  spec.summary = 'Git hooks manager in one binary'
  spec.description = 'Reads lefthook.yml, runs its jobs, and brings ' \
                     'dependencies and database migrations along from ' \
                     'branch to branch.'
  spec.authors = ['the hookrun authors']
  spec.license = 'MIT'
  spec.required_ruby_version = '>= 2.3'
  spec.files = Dir['exe/hookrun', 'libexec/hookrun', 'LICENSE*']
  spec.bindir = 'exe'
  spec.executables = ['hookrun']
end
