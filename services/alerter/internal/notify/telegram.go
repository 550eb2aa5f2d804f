package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	stdhtml "html"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"faultline/services/alerter/internal/alert"

	amalert "github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/notify/telegram"
	"github.com/prometheus/alertmanager/template"
)

const maxTelegramBytes = 16 << 10 // of a text with its markup

// chat sends by Telegram's Bot API (https://core.telegram.org/bots/api). It takes
// Alertmanager's configuration; Alertmanager's sender cannot edit, knows no
// deadline, and panics on an answer it does not expect.
type chat struct {
	renderer
	conf   *telegram.TelegramConfig
	client *http.Client
	// moved is where the configured chat went, once Telegram has said so; 0 for
	// nowhere.
	moved atomic.Int64
}

func newChat(c *telegram.TelegramConfig, t *template.Template, o Options) (*chat, error) {
	client, err := newClient(*c.HTTPConfig, "telegram", o.reach)
	if err != nil {
		return nil, err
	}
	return &chat{renderer: renderer{t, o.Logger}, conf: c, client: client}, nil
}

// telegramMessage is the request of sendMessage and editMessageText.
type telegramMessage struct {
	Chat      int64           `json:"chat_id"`
	Message   int             `json:"message_id,omitempty"` // to edit
	Topic     int             `json:"message_thread_id,omitempty"`
	Text      string          `json:"text"`
	ParseMode string          `json:"parse_mode,omitempty"`
	Preview   telegramPreview `json:"link_preview_options"`
	Quiet     bool            `json:"disable_notification,omitempty"`
	Reply     *telegramReply  `json:"reply_parameters,omitempty"`
}

type telegramPreview struct {
	Disabled bool `json:"is_disabled"`
}

// telegramReply names the message to answer, if it is still there.
type telegramReply struct {
	Message int  `json:"message_id"`
	Without bool `json:"allow_sending_without_reply"`
}

// telegramError is what the Bot API says is wrong.
type telegramError struct {
	code        int // as of HTTP
	description string
	wait        time.Duration
	movedTo     int64 // the chat's new id; 0 if it has none
}

func (e *telegramError) Error() string {
	return fmt.Sprintf("Telegram says %s (%d)", e.description, e.code)
}

// has reports whether the description has one of the phrases.
func (e *telegramError) has(phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(strings.ToLower(e.description), p) {
			return true
		}
	}
	return false
}

// Notify implements Alertmanager's Notifier.
func (c *chat) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	m, err := c.message(c.data(ctx, alerts))
	if err != nil {
		return false, err
	}
	if m.Chat, err = c.id(); err != nil {
		return true, err
	}
	t := threadOf(ctx)
	if t.edit {
		return c.edit(ctx, m, t, ended(alerts))
	}
	m.Quiet = m.Quiet || t.instead
	return c.send(ctx, m, t)
}

// replyTo is nil where the chat has nothing to answer.
func replyTo(at Post, chat int64) *telegramReply {
	root, err := strconv.Atoi(at.Root)
	if err != nil || at.Channel != strconv.FormatInt(chat, 10) {
		return nil
	}
	return &telegramReply{Message: root, Without: true}
}

// message fills in the template. What is still too long then, because the template
// is the user's own, loses its markup with its end.
func (c *chat) message(data *template.Data) (m telegramMessage, err error) {
	run := c.tmpl.ExecuteTextString
	if c.conf.ParseMode == "HTML" {
		run = c.tmpl.ExecuteHTMLString
	}
	m = telegramMessage{Topic: c.conf.MessageThreadID, ParseMode: c.conf.ParseMode, Preview: telegramPreview{Disabled: true}, Quiet: c.conf.DisableNotifications}
	if m.Text, err = run(c.conf.Message, data); err != nil {
		return m, fmt.Errorf("executing the message template: %w", err)
	}
	if shownUnits(m.ParseMode)(m.Text) > maxTelegram {
		m = m.plain()
	}
	return m, nil
}

// plain is the message without markup.
func (m telegramMessage) plain() telegramMessage {
	if m.ParseMode == "HTML" {
		m.Text = withoutTags(m.Text)
	}
	m.ParseMode, m.Text = "", cutUnits(m.Text, maxTelegram)
	return m
}

// cutUnits shortens text to at most limit UTF-16 units, which Telegram counts.
func cutUnits(text string, limit int) string {
	for n := limit; ; n = n * 9 / 10 {
		if short := alert.Cut(text, n); units(short) <= limit {
			return short
		}
	}
}

func withoutTags(text string) string {
	return stdhtml.UnescapeString(regexp.MustCompile(`<[^<>]*>`).ReplaceAllString(text, ""))
}

// shownUnits measures a text as Telegram does, once its markup is read: the address of
// a link does not count. With the markup it has a bound as well, far below what the
// Bot API reads.
func shownUnits(parseMode string) func(string) int {
	return func(text string) int {
		switch {
		case parseMode != "HTML":
			return units(text)
		case len(text) > maxTelegramBytes:
			return max(units(text), maxTelegram+1)
		}
		return units(withoutTags(text))
	}
}

func units(text string) (n int) {
	for _, r := range text {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// edit puts the message in the place of the one that stands. Where Telegram does
// not let that be edited any more (it was deleted, is older than 48 hours in some
// chats, or its group was moved), a new one is to answer it; one that was deleted is left so
// once it is over.
func (c *chat) edit(ctx context.Context, m telegramMessage, t *thread, over bool) (retry bool, err error) {
	edited := m
	edited.Message, err = strconv.Atoi(t.at.Message)
	if err == nil {
		edited.Chat, err = strconv.ParseInt(t.at.Channel, 10, 64)
	}
	if err != nil {
		return false, fmt.Errorf("reading where the message stands: %w", err)
	}
	_, retry, err = c.try(ctx, "editMessageText", edited)
	refusal, ok := errors.AsType[*telegramError](err)
	switch {
	case err == nil, ok && refusal.has("message is not modified"):
		t.stands = t.at
		return false, nil
	case over && ok && refusal.has("message to edit not found", "message_id_invalid"):
		t.gone = true
		return false, nil
	case ok && (refusal.movedTo != 0 || refusal.has("message to edit not found", "message can't be edited", "message_id_invalid")):
		t.stands, t.stuck = t.at, true
		return false, nil
	}
	return retry, err
}

func (c *chat) send(ctx context.Context, m telegramMessage, t *thread) (retry bool, err error) {
	m.Reply = replyTo(t.at, m.Chat)
	stands, retry, err := c.try(ctx, "sendMessage", m)
	if err == nil && stands.Channel == t.at.Channel && t.at.Root != "" {
		stands.Root = t.at.Root
	}
	t.stands = stands
	return retry, err
}

// try makes the request, and once more where Telegram says what to change: the
// chat has another id, or the markup cannot be read.
func (c *chat) try(ctx context.Context, method string, m telegramMessage) (stands Post, retry bool, err error) {
	stands, retry, err = c.call(ctx, method, m)
	refusal, ok := errors.AsType[*telegramError](err)
	switch {
	case ok && refusal.movedTo != 0:
		c.logger.Warn("A Telegram group was moved; change chat_id", "from", m.Chat, "to", refusal.movedTo)
		c.moved.Store(refusal.movedTo)
		if m.Message != 0 { // by which another message goes in the new group
			return stands, retry, err
		}
		m.Chat, m.Reply = refusal.movedTo, nil // the messages of the old group are not in the new one
		return c.call(ctx, method, m)
	case ok && refusal.has("can't parse entities") && m.ParseMode != "":
		return c.call(ctx, method, m.plain())
	}
	return stands, retry, err
}

// call makes one request and says where the message stands.
func (c *chat) call(ctx context.Context, method string, m telegramMessage) (stands Post, retry bool, err error) {
	token, err := c.token()
	if err != nil {
		return Post{}, true, err
	}
	address := strings.TrimSuffix(c.conf.APIUrl.String(), "/") + "/bot" + token + "/" + method
	request, err := jsonRequest(ctx, http.MethodPost, address, m, "")
	if err != nil {
		return Post{}, false, err
	}
	answer, err := ask(c.client, request)
	if err != nil {
		return Post{}, true, err
	}
	message, err := readTelegram(answer.status, answer.body)
	if err != nil {
		return Post{}, true, err
	}
	return Post{Channel: strconv.FormatInt(m.Chat, 10), Root: message, Message: message}, false, nil
}

// readTelegram reads the message's name in an answer. What is none of the Bot API's
// counts by its status.
func readTelegram(status int, answer []byte) (message string, err error) {
	var a struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int   `json:"retry_after"` // seconds
			MovedTo    int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
		Result struct {
			Message int `json:"message_id"`
		} `json:"result"`
	}
	err = json.Unmarshal(answer, &a)
	switch {
	case err == nil && a.OK && a.Result.Message != 0:
		return strconv.Itoa(a.Result.Message), nil
	case status/100 == 2 && (err != nil || a.OK):
		return "", fmt.Errorf("reading Telegram's answer: it is not one of the Bot API (%v)", err)
	}
	return "", &telegramError{
		code: cmp.Or(a.Code, status), description: cmp.Or(a.Description, http.StatusText(status)),
		wait: time.Duration(max(0, min(a.Parameters.RetryAfter, int(MaxRetryAfter/time.Second)))) * time.Second, movedTo: a.Parameters.MovedTo,
	}
}

func (c *chat) token() (string, error) {
	if c.conf.BotTokenFile == "" {
		return string(c.conf.BotToken), nil
	}
	content, err := os.ReadFile(c.conf.BotTokenFile)
	if err != nil {
		return "", fmt.Errorf("reading bot_token_file: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

func (c *chat) id() (int64, error) {
	if moved := c.moved.Load(); moved != 0 {
		return moved, nil
	}
	if c.conf.ChatIDFile == "" {
		return c.conf.ChatID, nil
	}
	content, err := os.ReadFile(c.conf.ChatIDFile)
	if err != nil {
		return 0, fmt.Errorf("reading chat_id_file: %w", err)
	}
	id, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading chat_id_file: %w", err)
	}
	return id, nil
}
