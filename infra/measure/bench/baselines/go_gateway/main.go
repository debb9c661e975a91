// A webhook gateway as an expert would write it by hand in Go: net/http, HMAC-SHA256, franz-go.
// It is a yardstick for EventFlow's intake: same request, same signature check, same acknowledgement
// (acks=all before the 2xx). Not part of the product.
//
// Usage: gateway host:port, with KAFKA_BOOTSTRAP_SERVERS, TOPIC and SECRET in the environment.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const tolerance = 5 * time.Minute

func main() {
	gateway, err := newGateway()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /api/webhooks/payment-authorized", gateway.receive)
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

type gateway struct {
	client *kgo.Client
	topic  string
	secret []byte
}

func newGateway() (*gateway, error) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("KAFKA_BOOTSTRAP_SERVERS")),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
	)
	if err != nil {
		return nil, err
	}
	return &gateway{client, os.Getenv("TOPIC"), []byte(os.Getenv("SECRET"))}, nil
}

func (g *gateway) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	timestamp := r.Header.Get("X-Provider-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	age := time.Since(time.Unix(seconds, 0))
	if err != nil || age > tolerance || age < -tolerance {
		http.Error(w, "stale", http.StatusUnauthorized)
		return
	}
	mac := hmac.New(sha256.New, g.secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	signature, err := hex.DecodeString(r.Header.Get("X-Provider-Signature"))
	if err != nil || !hmac.Equal(mac.Sum(nil), signature) {
		http.Error(w, "bad signature", http.StatusUnauthorized)
		return
	}
	var event struct {
		EventID string `json:"event_id"`
		Payload struct {
			PaymentID string `json:"payment_id"`
		} `json:"payload"`
	}
	if json.Unmarshal(body, &event) != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	record := &kgo.Record{Topic: g.topic, Key: []byte(event.Payload.PaymentID), Value: body}
	if err := g.client.ProduceSync(r.Context(), record).FirstErr(); err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte(`{"status":"accepted","event_id":` + strconv.Quote(event.EventID) + `}`))
}
