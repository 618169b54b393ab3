#!/bin/sh
# The key `ai`: files of coding agents, brought in line by install, cleaned by
# uninstall, and what their owner has put there stays.
. "$(dirname "$0")/../helpers/tap.sh"

config() {
	cat > lefthook.yml <<'E2'
ai:
  claude: { Stop: pre-commit, PreToolUse: check }
  codex: { Stop: pre-commit }
  cursor: { stop: pre-commit }
  copilot: { sessionEnd: pre-commit }
pre-commit:
  jobs: [{ name: good, run: echo good }]
check:
  jobs: [{ name: bad, run: echo why; exit 1 }]
E2
}
settings=.claude/settings.json

repo
config
out=$(hookrun install)
has 'each file that is written is named' "$out" "Updated $PWD/$settings"
is 'cursor' "$(cat .cursor/hooks.json)" '{
  "hooks": {
    "stop": [
      {
        "command": "hookrun run pre-commit --agent"
      }
    ]
  },
  "version": 1
}'
is 'codex' "$(cat .codex/hooks.json)" '{
  "hooks": {
    "Stop": [
      {
        "hooks": [
          {
            "command": "hookrun run pre-commit --agent",
            "type": "command"
          }
        ]
      }
    ]
  }
}'
has 'copilot' "$(cat .github/hooks/lefthook.json)" '"sessionEnd"'
hasnt 'a second install writes nothing' "$(hookrun install)" Updated

# What is not ours stays, byte for byte where it matters.
cat > $settings <<'E2'
{"zeta": 1.50, "big": 12345678901234567890, "text": "a <&> \u00e9 \"q\"",
 "hooks": {"Stop": [{"matcher": "x", "hooks": [{"type": "command", "command": "own"}]},
   {"hooks": [{"type": "command", "command": "/opt/lefthook run pre-commit"}]}]}}
E2
hookrun install >/dev/null
is 'foreign entries stay, those of lefthook are replaced' "$(cat $settings)" '{
  "big": 12345678901234567890,
  "hooks": {
    "PreToolUse": [
      {
        "hooks": [
          {
            "command": "hookrun run check --agent",
            "type": "command"
          }
        ]
      }
    ],
    "Stop": [
      {
        "hooks": [
          {
            "command": "own",
            "type": "command"
          }
        ],
        "matcher": "x"
      },
      {
        "hooks": [
          {
            "command": "hookrun run pre-commit --agent",
            "type": "command"
          }
        ]
      }
    ]
  },
  "text": "a <&> é \"q\"",
  "zeta": 1.50
}'
sed -i '/claude/d; /copilot/d' lefthook.yml
hookrun install >/dev/null
hasnt 'what is not configured any more is taken out' "$(cat $settings)" hookrun
has 'and only that' "$(cat $settings)" own
[ ! -e .github/hooks/lefthook.json ]
result $? 'a file that had nothing else is removed'
config
hookrun install >/dev/null
hookrun uninstall >/dev/null
hasnt 'uninstall takes everything out' "$(cat $settings)" hookrun
[ ! -e .cursor/hooks.json ] && [ ! -e .codex/hooks.json ]
result $? 'and removes what was ours alone'

# What cannot be understood is left alone.
echo '{ bad' > $settings
out=$(hookrun install 2>&1)
is 'a broken file is an error' $? 1
has 'with its place' "$out" 'settings.json:1:'
is 'and stays as it is' "$(cat $settings)" '{ bad'
echo '{"hooks": []}' > $settings
fails 'so is one of another shape' hookrun install
rm $settings
sed -i 's/PreToolUse: check/PreToolUse: nope/' lefthook.yml
out=$(hookrun install 2>&1)
is 'a hook that does not exist' $? 1
has 'is named' "$out" 'ai.claude.PreToolUse'
[ ! -e $settings ]
result $? 'and nothing is written'

# For an agent 2 is the code that blocks, and stderr what it reads.
config
out=$(hookrun run check --agent 2>/dev/null)
is 'a failing hook blocks the agent' $? 2
is 'nothing goes to stdout' "$out" ''
has 'it is told why' "$(hookrun run check --agent 2>&1 >/dev/null)" why
ok 'a good one does not' hookrun run pre-commit --agent --force

# The command is what the configuration calls, or lefthook under its name.
echo 'lefthook: npx lefthook' >> lefthook.yml
hookrun install >/dev/null
has 'the key lefthook' "$(cat .cursor/hooks.json)" '"npx lefthook run pre-commit"'
sed -i '/^lefthook/d' lefthook.yml
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
lefthook install >/dev/null
has 'the name lefthook' "$(cat .cursor/hooks.json)" '"lefthook run pre-commit"'
finish
