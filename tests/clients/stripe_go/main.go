// Subscribes a customer through stripe-go, hears of it by webhook, and prints both as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"
)

const patience = 20 * time.Second

type letter struct {
	body      []byte
	signature string
}

type story struct {
	Customer     string `json:"customer"`
	Status       string `json:"status"`
	Paid         int64  `json:"paid"`
	Told         string `json:"told"`
	EventVersion string `json:"event_version"`
	SDKVersion   string `json:"sdk_version"`
	Forged       string `json:"forged"`
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	backends := stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: stripe.String(os.Getenv("CAROM_URL")),
	})
	client := stripe.NewClient(os.Getenv("CAROM_KEY"), stripe.WithBackends(backends))

	letters := make(chan letter, 8)
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := must(io.ReadAll(r.Body))
		letters <- letter{body, r.Header.Get("Stripe-Signature")}
	}))
	defer listener.Close()
	endpoint := must(client.V1WebhookEndpoints.Create(ctx, &stripe.WebhookEndpointCreateParams{
		URL:           stripe.String(listener.URL),
		APIVersion:    stripe.String(stripe.APIVersion),
		EnabledEvents: []*string{stripe.String("customer.subscription.created")},
	}))

	customer := must(client.V1Customers.Create(ctx, &stripe.CustomerCreateParams{
		Email:         stripe.String("go@example.com"),
		PaymentMethod: stripe.String("pm_card_visa"),
		InvoiceSettings: &stripe.CustomerCreateInvoiceSettingsParams{
			DefaultPaymentMethod: stripe.String("pm_card_visa"),
		},
	}))
	price := must(client.V1Prices.Create(ctx, &stripe.PriceCreateParams{
		Currency:    stripe.String("usd"),
		UnitAmount:  stripe.Int64(1500),
		Recurring:   &stripe.PriceCreateRecurringParams{Interval: stripe.String("month")},
		ProductData: &stripe.PriceCreateProductDataParams{Name: stripe.String("Club")},
	}))
	wanted := &stripe.SubscriptionCreateParams{
		Customer: stripe.String(customer.ID),
		Items:    []*stripe.SubscriptionCreateItemParams{{Price: stripe.String(price.ID)}},
	}
	wanted.AddExpand("latest_invoice")
	subscription := must(client.V1Subscriptions.Create(ctx, wanted))

	select {
	case heard := <-letters:
		event := must(webhook.ConstructEvent(heard.body, heard.signature, endpoint.Secret))
		_, forged := webhook.ConstructEvent(heard.body, heard.signature, "whsec_another")
		told := stripe.Subscription{}
		if err := json.Unmarshal(event.Data.Raw, &told); err != nil {
			log.Fatal(err)
		}
		if told.Items.Data[0].Price.ID != price.ID {
			log.Fatalf("told of %s, but subscribed to %s", told.Items.Data[0].Price.ID, price.ID)
		}
		buyer := must(client.V1Customers.Retrieve(ctx, told.Customer.ID, nil))
		written := must(json.Marshal(story{
			Customer:     buyer.Email,
			Status:       string(subscription.Status),
			Paid:         subscription.LatestInvoice.AmountPaid,
			Told:         string(event.Type),
			EventVersion: event.APIVersion,
			SDKVersion:   stripe.APIVersion,
			Forged:       fmt.Sprint(forged),
		}))
		fmt.Println(string(written))
	case <-time.After(patience):
		log.Fatal("no webhook came")
	}
}
